import type { ChalkInstance } from 'chalk';
import { noCommands } from '../../src/lib/display-safe.ts';
import { widthOf } from '../../src/lib/wrap.ts';
import { clip } from './text.ts';

export type Tone = 'plain' | 'good' | 'bad' | 'warning' | 'dim' | 'strong';

/** A stretch of one tone; the text is safe already. */
export interface Line {
  readonly tone: Tone;
  readonly text: string;
  /** There to be copied: rather goes over the edge, where the terminal breaks it, than be cut. */
  readonly isWhole?: boolean;
}

export function line(tone: Tone, text: string): Line {
  return { tone, text };
}

/** Rows of the screen that it takes: a whole stretch may take several. */
export function rowsOf(stretches: readonly Line[], columns: number): number {
  const whole = stretches.filter(({ isWhole }) => isWhole).map(({ text }) => widthOf(text));
  return Math.max(1, ...whole.map((width) => Math.ceil(width / columns)));
}

/** Stretches one after the other, cut at the width before any colour is in them. */
export function painted(
  stretches: readonly Line[],
  paint: ChalkInstance,
  width = Infinity,
): string {
  let room = width;
  let isStart = true;
  let text = '';
  for (const stretch of stretches) {
    const whole: string = isStart ? noCommands(stretch.text) : stretch.text;
    const piece = stretch.isWhole ? whole : clip(whole, room);
    isStart &&= whole.trim() === '';
    room -= widthOf(piece);
    if (piece !== '') text += colored(stretch.tone, piece, paint);
    if (widthOf(piece) < widthOf(whole)) break;
  }
  return text;
}

function colored(tone: Tone, text: string, paint: ChalkInstance): string {
  switch (tone) {
    case 'good':
      return paint.green(text);
    case 'bad':
      return paint.red(text);
    case 'warning':
      return paint.yellow(text);
    case 'dim':
      return paint.dim(text);
    case 'strong':
      return paint.bold(text);
    case 'plain':
      return text;
  }
}
