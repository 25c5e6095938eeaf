import { DeployError, type JournalRecord, type Store, type Target } from '../contract/index.ts';
import { nearest } from '../lib/suggest.ts';
import { readChapter, readHead, readRecord } from './journal.ts';
import { keys } from './keys.ts';
import { type DeploymentState, replay } from './state.ts';

/** One line of the history: from the first and the last record of a chapter, without reading between. */
export interface Summary {
  readonly first: JournalRecord;
  readonly last: JournalRecord;
}

/** Newest first; reads two records per deployment, however long they went on. */
export async function* listDeployments(store: Store, target: string): AsyncGenerator<Summary> {
  let last = await readHead(store, target);
  while (last) {
    const first = last.chapter === last.seq ? last : await readRecord(store, target, last.chapter);
    yield { first, last };
    last = last.chapter > 1 ? await readRecord(store, target, last.chapter - 1) : null;
  }
}

export async function listTargets(store: Store): Promise<Target[]> {
  const ids = await store.list(keys.targets);
  const abouts = await Promise.all(
    ids.map(async (id) => [keys.about(id), await store.get(keys.about(id))] as const),
  );
  return abouts.flatMap(([key, text]) => (text === null ? [] : [entry<Target>(store, key, text)]));
}

/** A deployment by its id, or by the beginning of it where only one begins so. */
export async function findDeployment(store: Store, reference: string): Promise<DeploymentState> {
  const id = await fullId(store, reference);
  const pointer = await store.get(keys.deployment(id));
  const { target } = entry<{ target: string }>(store, keys.deployment(id), pointer ?? '{}');
  for await (const { first, last } of listDeployments(store, target)) {
    if (first.deployment === id) return replay(await readChapter(store, target, last));
  }
  throw notFound(store, reference, null);
}

async function fullId(store: Store, reference: string): Promise<string> {
  if (!/^[a-z0-9]{1,40}$/.test(reference)) throw notFound(store, reference, null);
  if ((await store.get(keys.deployment(reference))) !== null) return reference;
  const ids = await store.list(keys.deployments);
  const matching = ids.filter((id) => id.startsWith(reference));
  if (matching.length === 1) return matching[0] as string;
  if (matching.length === 0) throw notFound(store, reference, nearest(reference, ids));
  throw new DeployError('not-found', {
    message: `${matching.length} deployments begin with ${reference}: ${matching.slice(0, 5).join(', ')}.`,
    next: matching.slice(0, 2).map((id) => `deployctl history ${id}`),
  });
}

function notFound(store: Store, reference: string, meant: string | null): DeployError {
  return new DeployError('not-found', {
    message: `There is no deployment ${JSON.stringify(reference)} in ${store.url}.`,
    why: meant ? `Did you mean ${meant}?` : undefined,
    next: ['deployctl history'],
  });
}

/** What stands beside the log; it is written once, so whatever is no object was damaged. */
function entry<T>(store: Store, key: string, text: string): T {
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object') return value as T;
  } catch {}
  throw new DeployError('journal-damaged', {
    message: `${key} in ${store.url} cannot be read.`,
    why: 'It was changed or damaged outside deployctl.',
    next: ['deployctl doctor'],
  });
}
