import type { Verdict } from '../contract/index.ts';
import { type Line, line, type Tone } from './line.ts';
import type { Screen, Stretches, Tightness } from './screen.ts';
import { clip, oneLine, pad, padStart, widthOf } from './text.ts';
import type { GateRow } from './view-state.ts';
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
  gates: readonly GateRow[],
  screen: Screen,
  tightness: Tightness,
): readonly Stretches[] {
  const shown =
    tightness < 3 ? gates : gates.filter(({ judgement }) => judgement.verdict !== 'pass');
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

/** What there is room for: the trend, then the words. A failure's words matter more than its trend. */
function rest(gate: GateRow, room: number): readonly Line[] {
  const { judgement, advisory, trend } = gate;
  const { tone } = VERDICTS[judgement.verdict];
  const isFine = judgement.verdict === 'pass';
  const words = isFine ? 'pass' : `${judgement.verdict}: ${oneLine(judgement.reason)}`;
  const verdict = `  ${words}${advisory ? ' (advises only)' : ''}`;
  const space = room - Math.min(widthOf(verdict), isFine ? room : 24) - 2;
  const drawn = space >= 4 ? `  ${sparkline(trend.slice(-space), judgement.limit)}` : '';
  return [line('plain', drawn), line(isFine ? 'dim' : tone, verdict)];
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

function limitText({ judgement: { limit, unit } }: GateRow): string {
  return limit === null ? '' : `of ${valueWords(limit, unit)}`;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(widthOf));
}
