import { DeployError, type JournalRecord, type Store, type Target } from '../contract/index.ts';
import { nearest } from '../lib/suggest.ts';
import { unreadable } from './damage.ts';
import { floorOf, prunedDeployment, readFloor } from './floor.ts';
import { readHead } from './head.ts';
import { readChapter } from './journal.ts';
import { keys } from './keys.ts';
import { keptRecord } from './record.ts';
import { type DeploymentState, replay } from './state.ts';

/** One line of the history: from the first and the last record of a chapter, without reading between. */
export interface Summary {
  readonly first: JournalRecord;
  readonly last: JournalRecord;
}

/** Newest first; reads two records per deployment, however long they went on. Ends where others prune. */
export async function* listDeployments(store: Store, target: string): AsyncGenerator<Summary> {
  const [head, floor] = await Promise.all([readHead(store, target), floorOf(store, target)]);
  let last = head;
  while (last && last.chapter >= floor) {
    const { seq, chapter }: JournalRecord = last;
    const first = chapter === seq ? last : await keptRecord(store, target, chapter);
    if (!first) return;
    yield { first, last };
    last = chapter > floor ? await keptRecord(store, target, chapter - 1) : null;
  }
}

export async function listTargets(store: Store): Promise<Target[]> {
  const ids = await store.list(keys.targets);
  const abouts = await Promise.all(
    ids.map(async (id) => [keys.about(id), await store.get(keys.about(id))] as const),
  );
  return abouts.flatMap(([key, text]) => (text === null ? [] : [targetIn(store, key, text)]));
}

function targetIn(store: Store, key: string, text: string): Target {
  const target = entry<Target>(store, key, text);
  const { id, service, environment, identity } = target;
  const names = [id, service, environment ?? '', identity?.label];
  const isWhole = keys.about(String(id)) === key && names.every((name) => typeof name === 'string');
  if (isWhole && typeof identity.pins === 'object') return target;
  throw unreadable(store, key);
}

/** A deployment by its id, or by the beginning of it where only one begins so. */
export async function findDeployment(store: Store, reference: string): Promise<DeploymentState> {
  const id = await fullId(store, reference);
  const key = keys.deployment(id);
  const { target } = entry<{ target: unknown }>(store, key, (await store.get(key)) ?? '{}');
  if (typeof target !== 'string') throw unreadable(store, key);
  for await (const { first, last } of listDeployments(store, target)) {
    if (first.deployment === id) return replay(await readChapter(store, target, last));
  }
  throw (await pruned(store, id)) ?? (await notFound(store, reference, null));
}

async function fullId(store: Store, reference: string): Promise<string> {
  if (!/^[a-z0-9]{1,40}$/.test(reference)) throw await notFound(store, reference, null);
  if ((await store.get(keys.deployment(reference))) !== null) return reference;
  const ids = await store.list(keys.deployments);
  const matching = ids.filter((id) => id.startsWith(reference));
  if (matching.length === 1) return matching[0] as string;
  if (matching.length === 0)
    throw (
      (await pruned(store, reference)) ??
      (await notFound(store, reference, nearest(reference, ids)))
    );
  throw new DeployError('not-found', {
    message: `${matching.length} deployments begin with ${reference}: ${matching.slice(0, 5).join(', ')}.`,
    next: matching.slice(0, 2).map((id) => `deployctl history ${id}`),
  });
}

/** What to say when the records of this one are known to be pruned. */
async function pruned(store: Store, reference: string): Promise<DeployError | null> {
  const ids = (await floorsOf(store)).flatMap((floor) => floor.ids);
  const matching = ids.filter((id) => id.startsWith(reference));
  return matching.length === 1 ? prunedDeployment(matching[0] as string) : null;
}

async function notFound(
  store: Store,
  reference: string,
  meant: string | null,
): Promise<DeployError> {
  const count = (await floorsOf(store)).reduce((sum, floor) => sum + floor.pruned, 0);
  const gone = count > 0 ? ` Older ones were pruned, ${count} in all.` : '';
  return new DeployError('not-found', {
    message: `There is no deployment ${JSON.stringify(reference)} in ${store.url}.${gone}`,
    why: meant ? `Did you mean ${meant}?` : undefined,
    next: ['deployctl history'],
  });
}

/** Of all targets; a damaged one tells nothing here, and doctor tells of it. */
async function floorsOf(store: Store) {
  const targets = await store.list(keys.targets);
  const floors = await Promise.all(targets.map((id) => readFloor(store, id).catch(() => null)));
  return floors.flatMap((floor) => floor ?? []);
}

/** What stands beside the log; it is written once, so whatever is no object was damaged. */
function entry<T>(store: Store, key: string, text: string): T {
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object') return value as T;
  } catch {}
  throw unreadable(store, key);
}
