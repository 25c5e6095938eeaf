import type { Reporter } from '../contract/index.ts';
import { canonicalJson } from '../lib/canonical.ts';
import { type Output, writerTo } from './output.ts';

/** One event per line, for programs. Escape codes in foreign text are escaped by JSON itself. */
export function jsonReporter({ stream }: Pick<Output, 'stream'>): Reporter {
  const write = writerTo(stream);
  return {
    report: (event) => write(`${canonicalJson({ v: 1, ...event })}\n`),
  };
}
