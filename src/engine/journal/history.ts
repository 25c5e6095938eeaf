import {
  type DeployError,
  isDeployError,
  type JournalRecord,
  type Plan,
  type Store,
  type Target,
} from '../../contract/index.ts';
import { nearest } from '../../lib/suggest.ts';
import { isDamage } from './damage.ts';
import {
  damaged,
  noSuchDeployment,
  prunedDeployment,
  severalDeployments,
  unreadable,
} from './errors.ts';
import { floorOf, readFloor } from './floor.ts';
import { readHead } from './head.ts';
import { readChapter } from './journal.ts';
import { keys, lastIn } from './keys.ts';
import type { Log } from './log.ts';
import { keptRecord } from './record.ts';
import { type DeploymentState, replay } from './state.ts';

/** One line of the history: from the first and the last record of a chapter, without reading between. */
export interface Summary {
  readonly first: JournalRecord;
  readonly last: JournalRecord;
}

/** Told of a deployment that cannot be told any more; what it throws ends the list. */
type PassOver = (damage: DeployError) => void;

const refuseHistory: PassOver = (damage) => {
  throw damage;
};

/** Newest first; reads two records per deployment, however long they went on. Ends where others prune. */
export async function* listDeployments(
  log: Log,
  passOver: PassOver = refuseHistory,
  newest = readHead(log),
): AsyncGenerator<Summary> {
  const [head, floor] = await Promise.all([newest, floorOf(log)]);
  let last = head;
  while (last && last.chapter >= floor) {
    const first: HistoryFound = await damageOr(openingOf(log, last));
    if (first === null) return;
    if (isDeployError(first)) passOver(first);
    else yield { first, last };
    if (last.chapter <= floor) return;
    const before: HistoryFound = await damageOr(endBefore(log, last.chapter, first));
    if (isDeployError(before)) passOver(before);
    last = isDeployError(before) ? await pastDamage({ ...log, floor }, last.chapter - 1) : before;
  }
}

interface PrunedLog extends Log {
  readonly floor: number;
}

/** Null where others have pruned meanwhile. */
type HistoryFound = JournalRecord | DeployError | null;

async function damageOr(found: Promise<JournalRecord | null>): Promise<HistoryFound> {
  return found.catch((error: unknown) => {
    if (isDamage(error)) return error;
    throw error;
  });
}

async function openingOf(log: Log, last: JournalRecord) {
  const { seq, chapter, deployment } = last;
  const first = chapter === seq ? last : await keptRecord(log, chapter);
  if (first && (first.body.kind !== 'opened' || first.deployment !== deployment))
    throw damaged(log, seq, 'it belongs to another deployment than the records before it');
  return first;
}

/** The last record of the deployment before, where the chain says that it is that one. */
async function endBefore(log: Log, chapter: number, opening: HistoryFound) {
  const last = await keptRecord(log, chapter - 1);
  const isNext = !opening || isDeployError(opening) || opening.prev === last?.hash;
  if (isNext || last === null) return last;
  // Below a floor may lie what a sleeper wrote, which counts for nothing.
  if (last.seq < (await floorOf(log))) return null;
  throw damaged(log, last.seq, 'the next one does not follow from it');
}

/** Where the list goes on below a last record that is damaged. */
async function pastDamage(log: PrunedLog, damage: number): Promise<JournalRecord | null> {
  const { floor } = log;
  for (let seq = damage - 1; seq >= floor; seq--) {
    const record = await damageOr(keptRecord(log, seq));
    if (record === null) return null;
    if (isDeployError(record)) continue;
    // Nothing of the damaged one is left, or its own earlier records cannot say how it ended.
    if (record.body.kind === 'ended') return record;
    if (record.chapter <= floor) return null;
    const before = await damageOr(keptRecord(log, record.chapter - 1));
    return isDeployError(before) ? pastDamage(log, record.chapter - 1) : before;
  }
  return null;
}

export async function listTargets(store: Store): Promise<Target[]> {
  const ids = await store.list(keys.targets);
  const targets = await Promise.all(ids.map((id) => readTarget(store, id)));
  return targets.flatMap((target) => target ?? []);
}

/** What the records of a target are of; null where that is lost. */
export async function readTarget(store: Store, id: string): Promise<Target | null> {
  const key = keys.about(id);
  const text = await store.get(key);
  return text === null ? null : targetFrom(store, key, text);
}

function targetFrom(store: Store, key: string, text: string): Target {
  const target = entry<Target>(store, key, text);
  const { id, service, environment, identity } = target;
  const names = [id, service, environment ?? '', identity?.label];
  const isWhole = keys.about(String(id)) === key && names.every((name) => typeof name === 'string');
  if (isWhole && typeof identity.pins === 'object') return target;
  throw unreadable(store, key);
}

/** Ids of the targets of which anything is recorded, be it readable or not. */
export async function listRecorded(store: Store): Promise<string[]> {
  const ids = await store.list(keys.targets);
  const isRecorded = async (id: string) =>
    (await store.get(keys.about(id))) !== null || lastIn(await store.list(keys.log(id))) !== null;
  const found = await Promise.all(ids.map((id) => isRecorded(id).catch(() => true)));
  return ids.filter((_, index) => found[index]);
}

/** Throws where the folders that commands write to, and only they read, are none. */
export async function checkFolders(log: Log): Promise<void> {
  for (const folder of [keys.controls(log.target), keys.deployments]) await log.store.list(folder);
}

/** Which one is meant by its id, or by the beginning of it where only one begins so, and in whose log it lies. */
export async function whereRecorded(store: Store, reference: string): Promise<WhereRecorded> {
  const { id, text } = await meantId(store, reference);
  const { target, from, provider } = entry<Unsure>(store, keys.deployment(id), text);
  if (typeof target !== 'string') throw unreadable(store, keys.deployment(id));
  const begins = Number.isSafeInteger(from) && Number(from) > 0 ? Number(from) : null;
  const isPlace = typeof provider?.name === 'string' && typeof provider.connection === 'object';
  return { id, target, from: begins, provider: isPlace ? (provider as Plan['provider']) : null };
}

/** What former versions have not written is null: then it is looked for. */
export interface WhereRecorded {
  readonly id: string;
  readonly target: string;
  /** Number of its first record, unless somebody else came first. */
  readonly from: number | null;
  readonly provider: Plan['provider'] | null;
}

type Unsure = { readonly [K in keyof WhereRecorded]?: unknown } & {
  readonly provider?: { readonly name?: unknown; readonly connection?: unknown };
};

/** A deployment by its id, or by the beginning of it where only one begins so. */
export async function findDeployment(store: Store, reference: string): Promise<DeploymentState> {
  const { id, target } = await whereRecorded(store, reference);
  const log: Log = { store, target };
  const head = readHead(log);
  const newest = await head;
  if (newest?.deployment === id) return replay(await readChapter(log, newest));
  const damages: DeployError[] = [];
  for await (const { first, last } of listDeployments(log, (one) => damages.push(one), head)) {
    if (first.deployment === id) return replay(await readChapter(log, last));
  }
  throw damages[0] ?? (await pruned(store, id)) ?? (await notFound(store, reference, null));
}

/** With what is written under it. */
async function meantId(
  store: Store,
  reference: string,
): Promise<{ readonly id: string; readonly text: string }> {
  if (!/^[a-z0-9]{1,40}$/.test(reference)) throw await notFound(store, reference, null);
  const text = await store.get(keys.deployment(reference));
  if (text !== null) return { id: reference, text };
  const ids = await store.list(keys.deployments);
  const matching = ids.filter((id) => id.startsWith(reference));
  const [id] = matching;
  if (id !== undefined && matching.length === 1)
    return { id, text: (await store.get(keys.deployment(id))) ?? '{}' };
  if (matching.length === 0)
    throw (
      (await pruned(store, reference)) ??
      (await notFound(store, reference, nearest(reference, ids)))
    );
  throw severalDeployments(reference, matching);
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
  const pruned = (await floorsOf(store)).reduce((sum, floor) => sum + floor.pruned, 0);
  return noSuchDeployment(store, { reference, meant, pruned });
}

/** Of all targets; a damaged one tells nothing here, and doctor tells of it. */
async function floorsOf(store: Store) {
  const targets = await store.list(keys.targets);
  const floors = await Promise.all(
    targets.map((target) => readFloor({ store, target }).catch(() => null)),
  );
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
