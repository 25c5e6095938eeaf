import { canonicalJson, hashOf } from '../../lib/canonical.ts';
import { newerEntry, unreadable } from './errors.ts';
import { keys, lastIn } from './keys.ts';
import type { Log } from './log.ts';

/**
 * Where a pruned log begins (decision 0015). Written before anything is removed, so that whatever is missing below it
 * was pruned, and whatever is missing above it was lost.
 */
export interface Floor {
  readonly v: 1;
  /** Number of the first record that is kept; it opens a deployment. */
  readonly seq: number;
  /** Hash and epoch of the record before: the chain goes on from there. */
  readonly prev: string;
  readonly epoch: number;
  /** How many deployments were pruned in all, and the ids of the newest of them. */
  readonly pruned: number;
  readonly ids: readonly string[];
}

/** Number of the first record that must be there. */
export async function floorOf(log: Log): Promise<number> {
  return lastIn(await log.store.list(keys.floors(log.target))) ?? 1;
}

/** What is known of what was pruned; null where nothing was. */
export async function readFloor(log: Log): Promise<Floor | null> {
  const seq = await floorOf(log);
  if (seq === 1) return null;
  const key = keys.floor(log.target, seq);
  const floor = parseFloor(await log.store.get(key));
  if (Number(floor?.v) > 1) throw newerEntry(log.store, key);
  if (floor?.seq !== seq) throw unreadable(log.store, key);
  return floor;
}

export function floorText(floor: Floor): string {
  return canonicalJson({ ...floor, hash: hashOf(floor) });
}

function parseFloor(text: string | null): Floor | null {
  try {
    const { hash, ...floor } = JSON.parse(text ?? '') as Floor & { hash: string };
    return hashOf(floor) === hash ? floor : null;
  } catch {
    return null;
  }
}

/** How much is known to be gone, for whoever looks for something that is not there. */
export async function prunedNote(log: Log): Promise<string | null> {
  const floor = await readFloor(log).catch(() => null);
  if (!floor) return null;
  return floor.pruned === 1
    ? 'One older deployment was pruned.'
    : `${floor.pruned} older deployments were pruned.`;
}
