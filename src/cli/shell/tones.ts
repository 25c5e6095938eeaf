import { styleText } from 'node:util';

/** What a line is like, for a terminal that shows colours. */
export type Tone = 'plain' | 'good' | 'bad' | 'warning' | 'dim';

const STYLES = { good: 'green', bad: 'red', warning: 'yellow', dim: 'dim' } as const;

/** Whether there are colours is decided by who calls: by NO_COLOR and the like. */
export function toned(tone: Tone, text: string, color: boolean): string {
  if (!color || tone === 'plain' || text === '') return text;
  return styleText(STYLES[tone], text, { validateStream: false });
}
