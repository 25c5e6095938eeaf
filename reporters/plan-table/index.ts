import type { ChalkInstance } from 'chalk';
import type { GateSpec, Plan, Step } from '../../src/contract/index.ts';
import { noCommands } from '../../src/lib/display-safe.ts';
import { formatDuration } from '../../src/lib/duration.ts';
import { widthOf, wrap } from '../../src/lib/wrap.ts';
import { paintOf } from '../kit/paint.ts';
import { clip, oneLine, pad, padStart } from '../kit/text.ts';
import {
  changeWords,
  rangeWords,
  splitWords,
  targetWords,
  versionIn,
  weightsAfter,
} from '../kit/words.ts';

export interface TableOptions {
  readonly columns: number;
  readonly color: boolean;
}

interface PlanTableColumn {
  readonly name: string;
  /** Lines of each cell. */
  readonly cells: readonly (readonly string[])[];
  readonly align: 'left' | 'right';
  /** The table does without it from the smallest number up, until it fits. */
  readonly keep: number;
}

type MeasuredColumn = PlanTableColumn & { readonly width: number };

const NARROWEST_TITLE = 18;
const GATES_WIDEST = 30;
const PLAN_TABLE_WIDEST = 140;
const GAP = '  ';

/** A plan as people read it before they say yes. Never a line longer than `columns`. */
export function renderPlan(plan: Plan, { columns, color }: TableOptions): string {
  const width = Math.max(20, Math.min(columns, PLAN_TABLE_WIDEST));
  const paint = paintOf(color);
  const sections = [
    planTableHead(plan, width, paint),
    planTable(plan, width, paint),
    totals(plan, width, paint),
    notes(plan, width, paint),
  ];
  const parts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return noCommands(`${parts.join('\n\n')}\n`);
}

function planTableHead(plan: Plan, width: number, paint: ChalkInstance): readonly string[] {
  const { before, strategy, target } = plan;
  const name = (id: string) => versionIn(plan, id);
  const now =
    before.split === null ? 'nothing serves yet' : `now: ${splitWords(before.split, name)}`;
  return [
    paint.bold(clip(`${targetWords(plan)}  ${changeWords(plan)}`, width)),
    paint.dim(clip(`${oneLine(strategy)} on ${oneLine(target.identity.label)}; ${now}`, width)),
  ];
}

function planTable(plan: Plan, width: number, paint: ChalkInstance): readonly string[] {
  if (plan.steps.length === 0) return ['There is nothing to do.'];
  const titles = plan.steps.map(({ title }) => oneLine(title));
  const columns = columnsThatFit(columnsOf(plan), width);
  const room = width - columns.reduce((sum, column) => sum + widthOfColumn(column) + GAP.length, 0);
  const title: PlanTableColumn = {
    name: 'step',
    cells: titles.map((text) => titleLines(text, room)),
    align: 'left',
    keep: Infinity,
  };
  const [number, ...others] = columns;
  const all = [...(number ? [number] : []), title, ...others].map(measured);
  const rows = plan.steps.flatMap((_, index) => rowsOf(all, index));
  return [paint.dim(row(all, ({ name }) => name)), ...rows];
}

const measured = (column: PlanTableColumn) => ({ ...column, width: widthOfColumn(column) });

/** A number stays with its percent sign. */
const titleLines = (title: string, room: number) =>
  wrap(title.replaceAll(' %', '\u00a0%'), room).map((line) => line.replaceAll('\u00a0', ' '));

/** As many lines as its longest cell has. */
function rowsOf(columns: readonly MeasuredColumn[], index: number): readonly string[] {
  const height = Math.max(1, ...columns.map(({ cells }) => cells[index]?.length ?? 0));
  return Array.from({ length: height }, (_, line) =>
    row(columns, ({ cells }) => cells[index]?.[line] ?? ''),
  );
}

function columnsOf(plan: Plan): readonly PlanTableColumn[] {
  const { steps } = plan;
  const gates = steps.map(({ watch, action }) =>
    (action.kind === 'check' ? action.gates : watch).map(oneLine).join(', '),
  );
  return [
    { name: '#', cells: steps.map((_, index) => [String(index + 1)]), align: 'right', keep: 9 },
    { name: 'split', cells: splitsAfter(plan).map((text) => [text]), align: 'right', keep: 3 },
    { name: 'gates', cells: gates.map((text) => wrap(text, GATES_WIDEST)), align: 'left', keep: 2 },
    {
      name: 'time',
      cells: steps.map(({ estimate }) => [rangeWords(estimate.best, estimate.worst)]),
      align: 'right',
      keep: 4,
    },
    {
      name: 'exposure',
      cells: steps.map((step) => [exposureWords(step)]),
      align: 'right',
      keep: 1,
    },
  ];
}

function columnsThatFit(
  columns: readonly PlanTableColumn[],
  width: number,
): readonly PlanTableColumn[] {
  const taken = columns.reduce((sum, column) => sum + widthOfColumn(column) + GAP.length, 0);
  if (columns.length === 0 || width - taken >= NARROWEST_TITLE) return columns;
  const least = Math.min(...columns.map(({ keep }) => keep));
  return columnsThatFit(
    columns.filter(({ keep }) => keep !== least),
    width,
  );
}

function widthOfColumn({ name, cells }: PlanTableColumn): number {
  return Math.max(widthOf(name), ...cells.flat().map(widthOf));
}

function row(
  columns: readonly MeasuredColumn[],
  cell: (column: PlanTableColumn) => string,
): string {
  const cells = columns.map((column) =>
    (column.align === 'right' ? padStart : pad)(cell(column), column.width),
  );
  return cells.join(GAP).trimEnd();
}

/** `95/5`, stable first, only where a step changes it. */
function splitsAfter({ steps, release, before }: Plan): readonly string[] {
  const first = before.split?.[release.id] ?? 0;
  const weights = weightsAfter(steps, release.id, first);
  return weights.map((weight, index) => {
    const isChange = weight !== (index === 0 ? first : weights[index - 1]);
    return isChange ? [100 - weight, weight].map((part) => Number(part.toFixed(1))).join('/') : '';
  });
}

/** Time × weight: as if all of the traffic had met the unproven release for that long. */
function exposureWords(step: Step): string {
  const best = exposure(step, 'best');
  return best < 1000 ? '' : formatDuration(best);
}

function exposure({ estimate, phase }: Step, which: 'best' | 'worst'): number {
  return phase === 'retire' ? 0 : (estimate.weight / 100) * estimate[which];
}

function totals({ steps, gates }: Plan, width: number, paint: ChalkInstance): readonly string[] {
  if (steps.length === 0) return [];
  const sum = (of: (step: Step) => number) => steps.reduce((total, step) => total + of(step), 0);
  const time = rangeWords(
    sum(({ estimate }) => estimate.best),
    sum(({ estimate }) => estimate.worst),
  );
  const share = rangeWords(
    sum((step) => exposure(step, 'best')),
    sum((step) => exposure(step, 'worst')),
  );
  const facts: readonly (readonly [string, string])[] = [
    ['takes', time],
    ['exposure', `${share} of all traffic`],
    ...Object.entries(gates).map(([name, gate]) => [oneLine(name), gateWords(gate)] as const),
  ];
  const label = Math.min(Math.max(...facts.map(([name]) => widthOf(name))), 20);
  return facts.map(([name, fact]) => {
    const left = pad(clip(name, label), label);
    return `${paint.dim(left)}${GAP}${clip(fact, width - label - GAP.length)}`;
  });
}

function gateWords(gate: GateSpec): string {
  return `detects a failure in ${formatDuration(detectionOf(gate))}${gate.advisory ? ', advisory only' : ''}`;
}

/** How long a failure goes on before the gate has seen enough of it. */
export function detectionOf({ interval, delay, judge }: GateSpec): number {
  const breaching =
    judge.for > 0 ? judge.for + interval : interval * Math.max(1, judge.consecutive);
  return delay + breaching;
}

/** Whole, whatever the width: they are what a person should read. */
function notes(
  { notes: all, undoes }: Plan,
  width: number,
  paint: ChalkInstance,
): readonly string[] {
  const texts = [...(undoes === null ? [] : [`Undoes ${undoes}.`]), ...all];
  return texts.flatMap((text) =>
    wrap(oneLine(text), width - 2).map(
      (line, index) => `${index === 0 ? paint.yellow('! ') : '  '}${line}`,
    ),
  );
}
