import type { Verdict } from '../contract/index.ts';
import { type Line, line, type Tone } from './line.ts';
import type { Screen, Stretches, Tightness } from './screen.ts';
import { clip, oneLine, pad, padStart, widthOf } from './text.ts';
import type { GateRow, ViewState } from './view-state.ts';
import { valueWords } from './words.ts';

const VERDICTS: Readonly<Record<Verdict, { mark: string; tone: Tone }>> = {
  pass: { mark: '✔', tone: 'good' },
  fail: { mark: '✖', tone: 'bad' },
  inconclusive: { mark: '?', tone: 'warning' },
  error: { mark: '!', tone: 'warning' },
};

const BARS = [...'▁▂▃▄▅▆▇█'];
const LONGEST_NAME = 20;

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
  const values = widest(shown.map(valueText));
  const limits = widest(shown.map(limitText));
  return shown.map((gate) => {
    const { mark, tone } = VERDICTS[gate.judgement.verdict];
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
  const { judgement, advisory, trend } = gate;
  const { tone } = VERDICTS[judgement.verdict];
  const isFine = judgement.verdict === 'pass';
  const words = isFine ? 'pass' : `${judgement.verdict}: ${groundOf(gate)}`;
  const verdict = `  ${words}${advisory ? ' (advises only)' : ''}`;
  const space = room - Math.min(widthOf(verdict), isFine ? room : 24) - 2;
  const drawn = space >= 4 ? `  ${trendOf(gate, trend.slice(-space))}` : '';
  return [line('plain', drawn), line(isFine ? 'dim' : tone, verdict)];
}

/** The reason without the value and the limit that stand beside it already. */
function groundOf(gate: GateRow): string {
  const { reason, value, limit, unit } = gate.judgement;
  const start = unit === 'yesNo' ? '' : valueWords(value, unit);
  const short = oneLine(reason).replace(`, limit ${valueWords(limit, unit)}`, '');
  return short.startsWith(`${start} `) ? short.slice(start.length + 1) : short;
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
