import type { Reporter } from '../contract/index.ts';
import { line, painted } from './line.ts';
import { type Output, writerTo } from './output.ts';
import { paintOf } from './paint.ts';
import { padStart } from './text.ts';
import { Transcript } from './transcript.ts';
import { sinceWords } from './words.ts';

const STAMP = 8;

/** A line per event, for logs and pipes. */
export function plainReporter({ stream, color }: Output): Reporter {
  const write = writerTo(stream);
  const paint = paintOf(color);
  const transcript = new Transcript();
  let begun: number | null = null;
  return {
    report(event) {
      begun ??= event.at;
      const stamp = padStart(sinceWords(event.at - begun), STAMP);
      for (const told of transcript.tell(event)) {
        write(`${painted([line('dim', `${stamp} `), told], paint)}\n`);
      }
    },
  };
}
