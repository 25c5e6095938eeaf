import type { Reporter } from '../../src/contract/index.ts';
import { line, painted } from '../kit/line.ts';
import { type Output, writerTo } from '../kit/output.ts';
import { paintOf } from '../kit/paint.ts';
import { padStart } from '../kit/text.ts';
import { Transcript } from '../kit/transcript.ts';
import { sinceWords } from '../kit/words.ts';

const STAMP_LENGTH = 8;

/** A line per event, for logs and pipes. */
export function plainReporter({ stream, color, typed }: Output): Reporter {
  const write = writerTo(stream);
  const paint = paintOf(color);
  const transcript = new Transcript(typed);
  let begun: number | null = null;
  return {
    report(event) {
      begun ??= event.at;
      const stamp = padStart(sinceWords(event.at - begun), STAMP_LENGTH);
      for (const told of transcript.tell(event)) {
        write(`${painted([line('dim', `${stamp} `), told], paint)}\n`);
      }
    },
  };
}
