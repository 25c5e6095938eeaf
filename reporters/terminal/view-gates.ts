import type { Verdict } from '../../src/contract/index.ts';
import { widthOf } from '../../src/lib/wrap.ts';
import { type Line, line, type Tone } from '../kit/line.ts';
import { clip, oneLine, pad, padStart } from '../kit/text.ts';
import type { GateRow, ViewState } from '../kit/view-state.ts';
import { valueWords } from '../kit/words.ts';
import type { Screen, Stretches, Tightness } from './screen.ts';

const TERMINAL_VERDICTS: Readonly<Record<Verdict, { mark: string; tone: Tone }>> = {
  pass: { mark: '✔', tone: 'good' },
  fail: { mark: '✖', tone: 'bad' },
  inconclusive: { mark: '?', tone: 'warning' },
  error: { mark: '!', tone: 'warning' },
};

const BARS = [...'▁▂▃▄▅▆▇█'];
const LONGEST_NAME = 20;
/** So wide that values may come and go and nothing beside them moves. */
const STEADY = 8;
const ROOMY = 60;
const TERMINAL_GAP = 2;

/** Each gate with its value, its limit, how it went lately, and what was made of it. */
export function gateLines(
  state: ViewState,
  screen: Screen,
  tightness: Tightness,
): readonly Stretches[] {
  const shown = shownOf(state, tightness);
  const names = Math.min(
    LONGEST_NAME,
    Math.floor(screen.columns / 3),
    widest(shown.map(({ name }) => oneLine(name))),
  );
  const least = screen.columns < ROOMY ? 0 : STEADY;
  const values = Math.max(least, widest(shown.map(valueText)));
  const limits = widest(shown.map(limitText));
  return shown.map((gate) => {
    const { mark, tone } = TERMINAL_VERDICTS[gate.judgement.verdict];
    const start: readonly Line[] = [
      line(tone, `${mark} `),
      line(
        'plain',
        `${pad(clip(oneLine(gate.name), names), names)}  ${padStart(valueText(gate), values)}`,
      ),
      line('dim', `  ${pad(limitText(gate), limits)}`),
    ];
    return [
      ...start,
      ...rest(gate, screen.columns - start.reduce((sum, { text }) => sum + widthOf(text), 0)),
    ];
  });
}

/** While it goes on only what is asked now; where there is no room for all, what is not well comes first. */
function shownOf({ gates, asked, ending }: ViewState, tightness: Tightness): readonly GateRow[] {
  const isWell = ({ judgement }: GateRow) => judgement.verdict === 'pass';
  const shown =
    ending === null ? gates.filter((gate) => asked.includes(gate.name) || !isWell(gate)) : gates;
  if (tightness < 3) return shown;
  return [...shown.filter((gate) => !isWell(gate)), ...shown.filter(isWell)];
}

/** What there is room for: the trend, then the words. A failure's words matter more than its trend. */
function rest(gate: GateRow, room: number): readonly Line[] {
  const { verdict } = gate.judgement;
  const isFine = verdict === 'pass';
  const space =
    room - TERMINAL_GAP - (isFine ? widthOf(terminalWordsOf(gate, room)) + TERMINAL_GAP : 24);
  const bars = gate.trend.slice(-Math.max(1, isFine ? space : Math.min(space, 8)));
  const drawn = space >= 4 ? `  ${trendOf(gate, bars)}` : '';
  const words = `  ${terminalWordsOf(gate, room - widthOf(drawn) - TERMINAL_GAP)}`;
  return [line('plain', drawn), line(isFine ? 'dim' : TERMINAL_VERDICTS[verdict].tone, words)];
}

/** In little room the mark alone says the verdict, and the words only why. */
function terminalWordsOf(gate: GateRow, room: number): string {
  const { verdict } = gate.judgement;
  const advice = gate.advisory ? ' (advisory)' : '';
  if (verdict === 'pass') return `pass${advice}`;
  const ground = `${terminalGroundOf(gate)}${advice}`;
  const whole = `${verdict}: ${ground}`;
  return widthOf(whole) <= room ? whole : ground;
}

/** The reason without the value and the limit that stand beside it already: `3 of 10`. */
function terminalGroundOf(gate: GateRow): string {
  const { reason, value, limit, unit } = gate.judgement;
  const start = unit === 'yesNo' ? '' : valueWords(value, unit);
  const short = oneLine(reason).replace(`, limit ${valueWords(limit, unit)}`, '');
  if (!short.startsWith(`${start} `)) return short;
  return short.slice(start.length + 1).replace(/^\(([^)]*)\)/, '$1');
}

/** A yes is as good as nothing: what stands out is a no. */
function trendOf({ judgement: { unit, limit } }: GateRow, values: readonly number[]): string {
  if (unit !== 'yesNo') return sparkline(values, limit);
  return sparkline(
    values.map((value) => 1 - value),
    1,
  );
}

/** Drawn against the limit, so that a full bar is a bad one. */
export function sparkline(trend: readonly number[], limit: number | null): string {
  const top = Math.max(limit ?? 0, ...trend);
  return trend
    .map((value) => BARS[top > 0 ? Math.round((Math.max(value, 0) / top) * (BARS.length - 1)) : 0])
    .join('');
}

function valueText({ judgement: { value, unit } }: GateRow): string {
  return valueWords(value, unit);
}

function limitText({ judgement: { limit, unit }, isFloor }: GateRow): string {
  if (limit === null || unit === 'yesNo') return '';
  return `${isFloor ? 'min' : 'max'} ${valueWords(limit, unit)}`;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(widthOf));
}
