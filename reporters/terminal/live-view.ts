import { formatDuration } from '../../src/lib/duration.ts';
import { widthOf, wrap } from '../../src/lib/wrap.ts';
import { answersTo, type EndingNext, typedBy } from '../kit/ending.ts';
import { type Line, line, painted, rowsOf, type Tone } from '../kit/line.ts';
import { asItIs } from '../kit/output.ts';
import { manyLines, oneLine } from '../kit/text.ts';
import { endingLines, NEXT } from '../kit/transcript.ts';
import type { ViewState } from '../kit/view-state.ts';
import { changeWords, targetWords, tickingWords } from '../kit/words.ts';
import type { Canvas, Screen, Stretches, Tightness } from './screen.ts';
import { gateLines } from './view-gates.ts';
import { courseLines, isOverdue, stepLines, timeToGo } from './view-steps.ts';
import { weightBar } from './view-weight.ts';

const WIDEST = 120;
const LOGS = { live: 3, last: 20 } as const;

/** The whole picture as lines: no more than fit, and none cut that is there to be copied. */
export function render(state: ViewState, screen: Screen): readonly string[] {
  const width = Math.min(screen.columns, WIDEST);
  const lines = fitting(state, { ...screen, columns: width });
  return within(lines, screen).map((stretches) => painted(stretches, screen.paint, width));
}

function within(lines: readonly Stretches[], { rows, columns }: Screen): readonly Stretches[] {
  let left = rows;
  return lines.filter((stretches) => {
    left -= rowsOf(stretches, columns);
    return left >= 0;
  });
}

const heightOf = (lines: readonly Stretches[], columns: number) =>
  lines.reduce((sum, stretches) => sum + rowsOf(stretches, columns), 0);

function fitting(state: ViewState, screen: Screen): readonly Stretches[] {
  for (const tightness of [0, 1] as const) {
    const lines = picture(state, { ...screen, coming: Infinity }, tightness);
    if (heightOf(lines, screen.columns) <= screen.rows) return lines;
  }
  const least = picture(state, { ...screen, coming: 0 }, 2);
  const coming = screen.rows - heightOf(least, screen.columns);
  return picture(state, { ...screen, coming }, coming < 0 ? 3 : 2);
}

/** In the least room gates come last: what stands below them would be cut off. */
function picture(state: ViewState, canvas: Canvas, tightness: Tightness): readonly Stretches[] {
  const gates = gateLines(state, canvas, tightness);
  const words = foot(state, canvas);
  const sections = [
    header(state, canvas, tightness),
    stepLines(state, canvas, tightness),
    courseLines(state, canvas, tightness),
    logLines(state, tightness),
    ...(tightness < 3 ? [gates, words] : [words, gates]),
  ].filter((lines) => lines.length > 0);
  const gap: readonly Stretches[] = tightness < 2 ? [[]] : [];
  return sections.flatMap((lines, index) => (index === 0 ? lines : [...gap, ...lines]));
}

function header(state: ViewState, screen: Screen, tightness: Tightness): readonly Stretches[] {
  const { plan, deployment } = state;
  if (plan === null) return [];
  const first = [
    line('strong', `${targetWords(plan)}  ${changeWords(plan)}`),
    line('plain', `  ${oneLine(deployment)}`),
  ];
  const time = timeWords(state, screen);
  const bar = weightBar(state, screen.columns);
  if (tightness > 1) return [[...first, line('dim', `  ${time}`)], bar];
  const strategy = line('dim', `  ${oneLine(plan.strategy)}`);
  return [[...first, strategy], [line('dim', time + oneLine(plan.target.identity.label))], bar];
}

function timeWords(state: ViewState, { now }: Screen): string {
  if (state.ending !== null) return '';
  const left = timeToGo(state, now);
  const about = `about ${formatDuration(Math.ceil(left / 1000) * 1000)}`;
  const waits = isOverdue(state, now) ? `, then ${about} more` : `, ${about} to go`;
  const togo = left > 0 ? waits : '';
  return `for ${tickingWords(now - state.begunAt)}${togo}  `;
}

function logLines({ logs, ending }: ViewState, tightness: Tightness): readonly Stretches[] {
  if (tightness > 1) return [];
  const last = logs.flatMap(manyLines).slice(ending === null ? -LOGS.live : -LOGS.last);
  return last.map((text) => [line('dim', `  | ${text}`)]);
}

function foot(
  { waiting, notice, ending, deployment }: ViewState,
  { columns, typed = asItIs }: Screen,
): readonly Stretches[] {
  if (ending !== null) {
    const next = typedBy(ending.next, typed);
    return endingLines({ ...ending, next }, columns).flatMap((told) => broken(told, columns));
  }
  const lines: Stretches[] = [];
  if (waiting !== null) {
    const answers = typedBy(answersTo(deployment), typed);
    lines.push(...question(waiting.question, answers, columns));
  }
  if (notice !== null) {
    const tone = notice.isWarning ? 'warning' : 'dim';
    lines.push(...broken(line(tone, oneLine(notice.text)), columns));
  }
  return lines;
}

function question(
  text: string,
  answers: readonly EndingNext[],
  columns: number,
): readonly Stretches[] {
  const width = Math.max(...answers.map(({ command }) => widthOf(command)));
  const fits = answers.every(({ why }) => 4 + width + widthOf(why) <= columns);
  return [
    ...broken(line('warning', `? ${oneLine(text)}`), columns),
    ...answers.map(({ command, why }) => {
      const whole = `  ${command.padEnd(width)}`;
      return fits
        ? [toCopy('plain', whole), line('dim', `  ${why}`)]
        : [toCopy('plain', `  ${command}`)];
    }),
  ];
}

const toCopy = (tone: Tone, text: string): Line => ({ ...line(tone, text), isWhole: true });

/** A sentence goes on in the next line; nothing that a person must read is cut, or copy is broken. */
function broken({ tone, text }: Line, columns: number): readonly Stretches[] {
  if (text.startsWith(NEXT)) return [[toCopy(tone, text)]];
  const indent = text.startsWith('  ') ? '  ' : '';
  const parts = text.length <= columns ? [text] : wrap(text.trimStart(), columns - indent.length);
  return parts.map((part) => [line(tone, part === text ? text : `${indent}${part}`)]);
}
