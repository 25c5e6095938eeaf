import { formatDuration } from '../../src/lib/duration.ts';
import { widthOf } from '../../src/lib/wrap.ts';
import { type Line, line, type Tone } from '../kit/line.ts';
import { clip, oneLine, pad } from '../kit/text.ts';
import type { Mark, Row, ViewState } from '../kit/view-state.ts';
import { blameWords, tickingWords } from '../kit/words.ts';
import type { Canvas, Screen, Stretches, Tightness } from './screen.ts';

const MARKS: Readonly<Record<Mark, { mark: string; tone: Tone }>> = {
  todo: { mark: '○', tone: 'dim' },
  active: { mark: '▸', tone: 'strong' },
  done: { mark: '✔', tone: 'good' },
  failed: { mark: '✖', tone: 'bad' },
};
const BACK = { mark: '↩', tone: 'warning' } as const;

const WIDEST_STEP = 100;
const GAUGE = 20;

/** The plan, with where it stands. Once it has turned round, what was still to come is of no interest. */
export function stepLines(
  state: ViewState,
  screen: Canvas,
  tightness: Tightness,
): readonly Stretches[] {
  const rows =
    state.direction === 'back' ? state.rows.filter(({ mark }) => mark !== 'todo') : state.rows;
  return tree(rows, screen, { tightness, done: MARKS.done, isOver: state.ending !== null });
}

/** The way back, under the reason for it. */
export function courseLines(
  state: ViewState,
  screen: Canvas,
  tightness: Tightness,
): readonly Stretches[] {
  const { turned, course, direction, ending } = state;
  if (direction === 'forward') return [];
  const why = turned === null ? '' : `: ${blameWords(turned.gate, turned.reason)}`;
  const look = { tightness, done: BACK, isOver: ending !== null };
  return [[line('bad', `↩ rolling back${why}`)], ...tree(course, screen, look)];
}

/** What the steps that are left take when all goes well. */
export function timeToGo(state: ViewState, now: number): number {
  const rows = state.direction === 'back' ? state.course : state.rows;
  return rows.reduce((sum, row) => sum + leftOf(row, now), 0);
}

/** What goes on has had its time and waits for its gates or a person: nobody knows for how long. */
export function isOverdue({ rows, course }: ViewState, now: number): boolean {
  return [...rows, ...course].some(
    (row) =>
      row.mark === 'active' && WAITING_KINDS.has(row.step.action.kind) && leftOf(row, now) === 0,
  );
}

const WAITING_KINDS: ReadonlySet<string> = new Set(['hold', 'bake', 'approve']);

interface StepLook {
  readonly tightness: Tightness;
  /** How a finished step is marked. */
  readonly done: { readonly mark: string; readonly tone: Tone };
  /** Nothing goes on any more: what is under way was left so. */
  readonly isOver: boolean;
}

function tree(rows: readonly Row[], screen: Canvas, look: StepLook): readonly Stretches[] {
  const { tightness, done } = look;
  const draw = (row: Row) => rowLines(row, screen, look);
  if (tightness === 0) return rows.flatMap(draw);
  const finished = rows.filter(({ mark }) => mark === 'done');
  const coming = rows.filter(({ mark }) => mark === 'todo');
  const shown = tightness === 1 ? coming : coming.slice(0, tightness === 2 ? screen.coming : 0);
  return [
    ...summed(finished, (count) => line(done.tone, `${done.mark} ${count} done`)),
    ...rows.filter(({ mark }) => mark === 'active' || mark === 'failed').flatMap(draw),
    ...shown.flatMap(draw),
    ...summed(coming.slice(shown.length), (count) => line('dim', `○ ${count} to come`)),
  ];
}

function summed(rows: readonly Row[], words: (count: string) => Line): readonly Stretches[] {
  return rows.length === 0 ? [] : [[words(`${rows.length} step${rows.length === 1 ? '' : 's'}`)]];
}

function rowLines(
  row: Row,
  screen: Screen,
  { tightness, done, isOver }: StepLook,
): readonly Stretches[] {
  const { mark, tone } = row.mark === 'done' ? done : MARKS[row.mark];
  const width = Math.min(screen.columns, WIDEST_STEP);
  const isLeft = isOver && row.mark === 'active';
  const right = isLeft ? 'left as it is' : rightOf(row, screen);
  const room = width - 2 - (right === '' ? 0 : widthOf(right) + 2);
  const title = clip(oneLine(row.step.title), room);
  const first = [
    line(tone, `${mark} `),
    line(
      row.mark === 'active' ? 'strong' : row.mark === 'todo' ? 'dim' : 'plain',
      right === '' ? title : pad(title, room),
    ),
    line('dim', right === '' ? '' : `  ${right}`),
  ];
  const below = tightness < 3 && !isLeft ? belowOf(row, screen) : null;
  return [first, ...(below === null ? [] : [[line('plain', '  '), below]])];
}

/** What it took, takes still, or may take. */
function rightOf(row: Row, { now, frame }: Screen): string {
  if (row.mark === 'done' || row.mark === 'failed')
    return row.took === null ? '' : formatDuration(row.took);
  const left = leftOf(row, now);
  if (row.mark === 'todo') return left >= 1000 ? formatDuration(left) : '';
  const time =
    left > 0 && isHold(row) ? `${tickingWords(left)} left` : tickingWords(elapsed(row, now));
  return frame === '' ? time : `${frame} ${time}`;
}

function belowOf(row: Row, { now }: Screen): Line | null {
  if (row.mark === 'failed' && row.words) return line('bad', oneLine(row.words));
  if (row.mark !== 'active') return null;
  if (row.words) return line('dim', oneLine(row.words));
  return isHold(row) ? line('dim', gauge(row, now)) : null;
}

function gauge(row: Row, now: number): string {
  const { best } = row.step.estimate;
  if (elapsed(row, now) >= best) return 'until every gate has passed';
  const full = Math.floor((elapsed(row, now) / best) * GAUGE);
  return '━'.repeat(full) + '─'.repeat(GAUGE - full);
}

function isHold({ step }: Row): boolean {
  return step.action.kind === 'hold' || step.action.kind === 'bake';
}

function elapsed({ begunAt }: Row, now: number): number {
  return begunAt === null ? 0 : Math.max(0, now - begunAt);
}

function leftOf(row: Row, now: number): number {
  if (row.mark === 'done' || row.mark === 'failed') return 0;
  return Math.max(0, row.step.estimate.best - elapsed(row, now));
}
