import type { EventMap, GateSpec, Release } from '../../contract/index.ts';
import { displaySafe } from '../../lib/display-safe.ts';
import { formatDuration } from '../../lib/duration.ts';
import { type Input, wantsJson } from '../shell/command.ts';
import { folded } from '../shell/io.ts';

interface LookTold {
  readonly gates: Readonly<Record<string, GateSpec>>;
  readonly live: Release;
  readonly duration: number | null;
}

/** A person at a terminal sees how long `analyze` takes, and each verdict that changes meanwhile. */
export function lookTold(
  input: Input,
  { gates, live, duration }: LookTold,
): (reading: EventMap['measured']) => void {
  const { stderr, clock } = input.io;
  if (!stderr.isTTY || wantsJson(input)) return () => {};
  const say = (words: string) =>
    stderr.write(`${folded(stderr, [displaySafe(words)]).join('\n')}\n`);
  const begun = clock.monotonic();
  const last = new Map<string, string>();
  const span =
    duration === null
      ? 'until each gate has a verdict, at most 10s'
      : `for ${formatDuration(duration)}`;
  const names = Object.keys(gates);
  say(`Measuring ${live.version} by ${names.join(', ')} ${span}. Ctrl-C ends it earlier.`);
  return ({ gate, judgement: { verdict, reason } }) => {
    if (last.get(gate) === verdict) return;
    last.set(gate, verdict);
    say(`+${formatDuration(clock.monotonic() - begun)} ${gate}: ${verdict}, ${reason}`);
  };
}
