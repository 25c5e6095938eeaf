import type { DeployEvent, Reporter } from '../../src/contract/index.ts';
import { canonicalJson } from '../../src/lib/canonical.ts';
import { streamSafe } from '../../src/lib/display-safe.ts';
import { type Output, writerTo } from '../kit/output.ts';
import { Shares } from '../kit/shares.ts';

/** One event per line, for programs. Escape codes in foreign text are escaped by JSON itself. */
export function jsonReporter({ stream }: Pick<Output, 'stream'>): Reporter {
  const write = writerTo(stream);
  const shares = new Shares();
  const tell = (event: DeployEvent) => write(`${streamSafe(canonicalJson({ v: 1, ...event }))}\n`);
  return {
    report(event) {
      tell(event);
      const routed = shares.after(event);
      if (routed) tell(routed);
    },
  };
}
