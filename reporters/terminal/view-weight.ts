import { widthOf } from '../../src/lib/wrap.ts';
import { type Line, line } from '../kit/line.ts';
import { clip } from '../kit/text.ts';
import type { ViewState } from '../kit/view-state.ts';
import { percentWords, versionWords } from '../kit/words.ts';

const BAR_MAX_COLUMNS = 40;
const SHORTEST = 4;

/** `v41 95 % ░░░░░░░░░░██ 5 % v42` */
export function weightBar({ plan, weight }: ViewState, columns: number): readonly Line[] {
  const name = (version: string) =>
    clip(versionWords(version), Math.max(4, Math.floor(columns / 5)));
  const candidate = `${percentWords(weight)} ${name(plan?.release.version ?? '')}`;
  const live = plan?.before.live;
  const stable = live
    ? `${name(live.version)} ${percentWords(Number((100 - weight).toFixed(2)))}`
    : 'nothing';
  const room = columns - widthOf(stable) - widthOf(candidate) - 2;
  if (room < SHORTEST) return [line('plain', `${stable} / ${candidate}`)];
  const length = Math.min(room, BAR_MAX_COLUMNS);
  const full = terminalFilled(weight, length);
  return [
    line('plain', `${stable} `),
    line('dim', '░'.repeat(length - full)),
    line('good', '█'.repeat(full)),
    line('plain', ` ${candidate}`),
  ];
}

/** A little is never drawn as nothing, nor almost all as all. */
function terminalFilled(weight: number, length: number): number {
  if (weight <= 0) return 0;
  if (weight >= 100) return length;
  return Math.min(Math.max(Math.round((weight / 100) * length), 1), length - 1);
}
