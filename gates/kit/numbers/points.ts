import type { Window } from '../../../src/contract/index.ts';
import { type Found, fault, NOTHING_COUNTED, numberFound, partly } from './found.ts';

/** One value of a series: ms of the wall clock, and whatever stood there. */
export interface Point {
  readonly at: unknown;
  readonly value: unknown;
}

/** How the values of a window become one. */
export const COMBINATIONS = ['sum', 'avg', 'max', 'min', 'last'] as const;
export type Combination = (typeof COMBINATIONS)[number];

const COMBINED: Readonly<Record<Combination, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
  last: (values) => values.at(-1) ?? Number.NaN,
};

/** The points that began in the window, each moment once; those of other times never count. */
export function within(points: readonly Point[], window: Window, as: Combination): Found {
  const values = new Map<number, number>();
  const others: number[] = [];
  for (const { at, value } of points) {
    if (typeof at !== 'number' || !Number.isFinite(at)) return fault('a value without its time');
    const read = numberFound(value);
    if (read.kind === 'nothing') continue;
    if (at < window.from || at >= window.to) {
      others.push(at);
      continue;
    }
    if (read.kind !== 'value') return read;
    if ((values.get(at) ?? read.value) !== read.value)
      return partly(`two values for one moment, ${windowTime(at)}`);
    values.set(at, read.value);
  }
  if (values.size === 0) return ofOtherTimes(others, window);
  const inOrder = [...values].sort(([a], [b]) => a - b).map(([, value]) => value);
  return numberFound(COMBINED[as](inOrder));
}

/** For an answer with one time: whether it is about the moment that was asked for. */
export function atMoment(seconds: unknown, { to }: Window): Found | null {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds))
    return fault('a value without its time');
  return Math.abs(seconds * 1000 - to) <= 1000
    ? null
    : {
        kind: 'stale',
        detail: `its value is of ${windowTime(seconds * 1000)}, not ${windowTime(to)}`,
      };
}

/** Values right beside the window say that the series is alive, and that nothing was counted in it. */
function ofOtherTimes(times: readonly number[], { from, to, span }: Window): Found {
  const isBeside = (at: number) => at >= from - span && at < to + span;
  if (times.length === 0 || times.some(isBeside)) return NOTHING_COUNTED;
  const newest = Math.max(...times);
  const side = newest < from ? 'before' : 'after';
  return {
    kind: 'stale',
    detail: `its newest value is of ${windowTime(newest)}, ${side} the window that was asked for`,
  };
}

function windowTime(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString().replace('.000Z', 'Z');
}
