import type { Measurement } from '../../../src/contract/index.ts';
import { type Cell, type Cells, FROM, type Part, TO } from './wire.ts';

type Kind = Measurement['kind'];

export interface Scene {
  readonly cells: Cells;
  /** What a reading may be called then; never anything else. */
  readonly kinds: readonly Kind[];
  /** Where it may be fine. */
  readonly candidate?: { readonly bad: number; readonly total: number };
  readonly stable?: null;
}

const value = (number: number | string | null, at = FROM): Cell => ({
  is: 'value',
  value: number,
  at,
});
const nothing: Cell = { is: 'nothing' };
const several: Cell = { is: 'several' };

/** 3 of 60 for whom is asked, 1 of 60 for stable. */
export const fine: Cells = (part, version) =>
  value(part === 'total' ? 60 : version === 'v42' ? 3 : 1);

const with_ =
  (which: Part, cell: Cell): Cells =>
  (part, version) =>
    part === which ? cell : fine(part, version);
const all =
  (cell: Cell): Cells =>
  () =>
    cell;

/** Every reading that is none, or is one although less came back. */
export const SCENES: Readonly<Record<string, Scene>> = {
  'nothing at all': { cells: all(nothing), kinds: ['noData'] },
  'no total': { cells: with_('total', nothing), kinds: ['noData'] },
  'a total of 0': { cells: all(value(0)), kinds: ['noData'] },
  'nothing bad': {
    cells: with_('bad', nothing),
    kinds: ['ok'],
    candidate: { bad: 0, total: 60 },
  },
  'nothing of stable': {
    cells: (part, version) => (version === 'v41' ? nothing : fine(part, version)),
    kinds: ['ok'],
    candidate: { bad: 3, total: 60 },
    stable: null,
  },
  'NaN as total': { cells: with_('total', value('NaN')), kinds: ['notFinite', 'sourceError'] },
  'NaN as bad': { cells: with_('bad', value('NaN')), kinds: ['notFinite', 'sourceError'] },
  'an infinite total': {
    cells: with_('total', value('+Inf')),
    kinds: ['notFinite', 'sourceError'],
  },
  'a word as total': { cells: with_('total', value('many')), kinds: ['notFinite', 'sourceError'] },
  'an empty text': {
    cells: with_('total', value('')),
    kinds: ['notFinite', 'sourceError', 'noData'],
  },
  'a total below 0': { cells: with_('total', value(-5)), kinds: ['notFinite'] },
  'fewer than no failures': { cells: with_('bad', value(-5)), kinds: ['notFinite'] },
  'more bad than total': { cells: with_('bad', value(61)), kinds: ['notFinite'] },
  'a total of null': { cells: with_('total', value(null)), kinds: ['noData', 'sourceError'] },
  'two series of the total': { cells: with_('total', several), kinds: ['partial'] },
  'two series of the bad': { cells: with_('bad', several), kinds: ['partial'] },
  'values of an hour ago': {
    cells: (part, version) => ofTime(fine(part, version), FROM - 3_600_000),
    kinds: ['stale'],
  },
  'values of a time to come': {
    cells: (part, version) => ofTime(fine(part, version), TO + 3_600_000),
    kinds: ['stale'],
  },
  'a value twice': {
    cells: (part, version) => again(fine(part, version), 0),
    kinds: ['ok', 'partial'],
    candidate: { bad: 3, total: 60 },
  },
  'two values for one moment': {
    cells: (part, version) => again(fine(part, version), 1),
    kinds: ['partial'],
  },
};

/** What an API without times of its values cannot say. */
export const UNTIMED = [
  'values of an hour ago',
  'values of a time to come',
  'a value twice',
  'two values for one moment',
];

function ofTime(cell: Cell, at: number): Cell {
  return cell.is === 'value' ? { ...cell, at } : cell;
}

function again(cell: Cell, more: number): Cell {
  return cell.is === 'value' ? { ...cell, again: Number(cell.value) + more } : cell;
}
