import { memoryRelease } from '../../../providers/memory/index.ts';
import type { Release, Store } from '../../../src/contract/index.ts';
import {
  listDeployments,
  prune as pruneAt,
  readNewest,
  type Summary,
} from '../../../src/engine/index.ts';
import { createTestWorld } from '../../helpers/world.ts';
import { TARGET } from '../stage.ts';
import { type Past, pastOf, type Turn } from './past.ts';

export const [v2, v3, v4, v5] = [
  memoryRelease('v2'),
  memoryRelease('v3'),
  memoryRelease('v4'),
  memoryRelease('v5'),
];

export const good = (...releases: readonly Release[]): Turn[] =>
  releases.map((release) => ({ release }));
export const bad = (...releases: readonly Release[]): Turn[] =>
  releases.map((release) => ({ release, fails: true }));

const SIX = good(v2, v3, v4, v2, v5, v3);
/** Six deployments that were carried out once, for tests to copy. */
export const past = await pastOf(SIX);

/** Long after whatever is in these journals. */
export const LATER = Date.UTC(2100, 0);

export const prune = (store: Store, target: string, keep: number) =>
  pruneAt({ store, target }, { keep, now: LATER });

export const copyOf = ({ entries }: Past) => new Map(entries);
export const listed = async (store: Store) => {
  const summaries: Summary[] = [];
  for await (const summary of listDeployments({ store, target: TARGET })) summaries.push(summary);
  return summaries;
};
export const idsIn = async (store: Store) =>
  (await listed(store)).map(({ first }) => first.deployment);
export const newestIn = async (store: Store) =>
  (await readNewest(createTestWorld({ store }), TARGET)).state;
export const newestFirst = ({ ids }: Past) => ids.toReversed();

/** What is left of it all, once the hints and the signs of life are taken away. */
export function remains(entries: ReadonlyMap<string, string>): Record<string, string> {
  const lasting = [...entries].filter(([key]) => !/\/(head|heartbeat)$/.test(key));
  return Object.fromEntries(lasting.sort(([a], [b]) => (a < b ? -1 : 1)));
}
