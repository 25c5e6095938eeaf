import { writeHint } from '../journal/head.ts';
import type { Log } from '../journal/log.ts';
import { bounded } from '../world/call-limit.ts';
import type { World } from '../world/world.ts';

/** How long anybody waits for what is only a hint. */
const HINT_LIMIT_MS = 1500;

/** Where the log ends: whoever looks next finds it at once, and would notice if it got shorter. */
export async function leaveHint(
  world: World,
  log: Log,
  { seq, signal }: { readonly seq: number; readonly signal?: AbortSignal },
): Promise<void> {
  const bounds = { what: 'the hint', within: HINT_LIMIT_MS, signal };
  await bounded(world, () => writeHint(log, seq), bounds).catch(() => {});
}
