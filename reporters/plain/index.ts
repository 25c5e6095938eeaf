import type { Reporter } from '../../src/contract/index.ts';
import { widthOf, wrap } from '../../src/lib/wrap.ts';
import { line, painted } from '../kit/line.ts';
import { type Output, type Stream, writerTo } from '../kit/output.ts';
import { paintOf } from '../kit/paint.ts';
import { padStart } from '../kit/text.ts';
import { Transcript } from '../kit/transcript.ts';
import { sinceWords } from '../kit/words.ts';

const STAMP_LENGTH = 8;

/** Less room than this is none for a sentence. */
const NARROWEST = 20;
const HANGING = '  ';
/** There to be copied. */
const COMMAND = /\bdeployctl [a-z]/;

/** On a narrow terminal a sentence goes on below itself; a command stays whole. */
function foldedText(text: string, { isTTY, columns = 0 }: Stream): readonly string[] {
  const width = columns - STAMP_LENGTH - 1;
  if (!isTTY || widthOf(text) <= width || COMMAND.test(text)) return [text];
  const [indent = ''] = /^ */.exec(text) ?? [];
  const room = width - indent.length - HANGING.length;
  if (room < NARROWEST) return [text];
  return wrap(text.trimStart(), room).map(
    (part, at) => `${indent}${at === 0 ? '' : HANGING}${part}`,
  );
}

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
        for (const [at, text] of foldedText(told.text, stream).entries()) {
          const before = at === 0 ? stamp : ' '.repeat(STAMP_LENGTH);
          write(`${painted([line('dim', `${before} `), line(told.tone, text)], paint)}\n`);
        }
      }
    },
  };
}
