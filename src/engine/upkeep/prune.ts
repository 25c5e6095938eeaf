import type { JournalRecord, Release, Store } from '../../contract/index.ts';
import { type Floor, floorOf, floorText, readFloor } from '../journal/floor.ts';
import { listDeployments, type Summary } from '../journal/history.ts';
import { keys, numbersIn } from '../journal/keys.ts';
import type { Log } from '../journal/log.ts';
import { keptRecord, readRecord } from '../journal/record.ts';

export interface Pruning {
  /** Deployments that are gone, or would be. */
  readonly deployments: number;
  readonly records: number;
  readonly kept: number;
}

export interface Keeping {
  /** How many of the newest deployments stay in any case. */
  readonly keep: number;
  /** Wall clock. */
  readonly now: number;
}

/** A deployment's place in the log. */
interface Chapter {
  readonly id: string;
  readonly first: number;
  readonly last: Pick<JournalRecord, 'seq' | 'hash' | 'epoch'>;
}

/**
 * Takes the oldest deployments of a target out of its log. What is pruned is said durably before it is
 * removed (decision 0015), so that a process killed in the middle leaves nothing that a second pruning would not
 * finish, and nothing that looks like a loss. Two at once do the same things twice.
 */
export async function prune(log: Log, keeping: Keeping): Promise<Pruning> {
  await sweep(log);
  const { spent, kept, base } = await survey(log, keeping);
  let floor = base;
  for (let at = 0; at < spent.length; at += STEP) {
    const step = spent.slice(at, at + STEP);
    floor = raised(floor, step);
    await log.store.create(keys.floor(log.target, floor.seq), floorText(floor));
    await sweep(log);
  }
  return pruningOf(spent, kept);
}

/** What `prune` would do. */
export async function previewPruning(log: Log, keeping: Keeping): Promise<Pruning> {
  const { spent, kept } = await survey(log, keeping);
  return pruningOf(spent, kept);
}

/**
 * A holder that was taken over must find the number taken that it writes next. From this age on it has
 * slept so long that it looks at the floor instead.
 */
const PRUNED_UNNOTICED_MS = 600_000;

/** Deployments under one floor: few enough for all their ids to be in it. */
const STEP = 500;
const PRUNED_IDS_REMEMBERED = 1000;

function pruningOf(spent: readonly Chapter[], kept: number): Pruning {
  const records = spent.reduce((sum, { first, last }) => sum + last.seq - first + 1, 0);
  return { deployments: spent.length, records, kept };
}

const GROUND: Floor = { v: 1, seq: 1, prev: '', epoch: 0, pruned: 0, ids: [] };

function raised(floor: Floor, step: readonly Chapter[]): Floor {
  const { seq, hash, epoch } = (step.at(-1) as Chapter).last;
  const ids = [...floor.ids, ...step.map(({ id }) => id)].slice(-PRUNED_IDS_REMEMBERED);
  return { v: 1, seq: seq + 1, prev: hash, epoch, pruned: floor.pruned + step.length, ids };
}

/** The deployments that may go, oldest first, and the floor below them. */
async function survey(log: Log, keeping: Keeping) {
  for (;;) {
    const before = await floorOf(log);
    const chapters: Chapter[] = [];
    const need = new Need(keeping);
    for await (const summary of listDeployments(log)) {
      const { first, last } = summary;
      chapters.push({ id: first.deployment, first: first.seq, last: prunePlaceOf(last) });
      need.see(summary);
    }
    const base = (await readFloor(log)) ?? GROUND;
    // Somebody else has pruned meanwhile.
    if (base.seq !== before) continue;
    return { spent: chapters.slice(need.kept).reverse(), kept: need.kept, base };
  }
}

/** Without the body, of which there may be thousands. */
const prunePlaceOf = ({ seq, hash, epoch }: JournalRecord) => ({ seq, hash, epoch });

/**
 * How far down a log is needed, seen from its newest deployment: as many as are to be kept, the one
 * that made live what is live, the one that made live what a rollback goes back to, one whose former
 * holder may not have noticed yet that it was taken over, and all between.
 */
class Need {
  kept = 0;
  readonly #keep: number;
  readonly #now: number;
  #seen = 0;
  #isLiveSeen = false;
  #before: Release | null = null;

  constructor({ keep, now }: Keeping) {
    this.#now = now;
    // Only the newest one can be unfinished.
    this.#keep = Math.max(1, keep);
  }

  see({ first, last }: Summary): void {
    this.#seen += 1;
    const isNeeded = this.#isGood(first, last) || this.#isFresh(first, last);
    if (isNeeded || this.#seen <= this.#keep) this.kept = this.#seen;
  }

  #isFresh(first: JournalRecord, last: JournalRecord): boolean {
    return first.epoch !== last.epoch && this.#now - last.at < PRUNED_UNNOTICED_MS;
  }

  #isGood({ body }: JournalRecord, last: JournalRecord): boolean {
    const succeeded = last.body.kind === 'ended' && last.body.result === 'succeeded';
    if (body.kind !== 'opened' || !succeeded) return false;
    const { release, before } = body.plan;
    if (!this.#isLiveSeen) {
      this.#isLiveSeen = true;
      this.#before = before.live;
      return true;
    }
    if (release.id !== this.#before?.id) return false;
    this.#before = null;
    return true;
  }
}

/** Removes whatever lies below the floor, and what belongs to it elsewhere. */
async function sweep(log: Log): Promise<void> {
  const floor = await readFloor(log);
  if (!floor) return;
  const [records, floors] = await Promise.all([
    below(log.store, keys.log(log.target), floor.seq),
    below(log.store, keys.floors(log.target), floor.seq),
  ]);
  if (records.length === 0 && floors.length === 0) return;
  const pointers = new Set(await log.store.list(keys.deployments));
  const gone = floor.ids.filter((id) => pointers.has(id));
  const controls = await below(
    log.store,
    keys.controls(log.target),
    await firstControl(log, floor),
  );
  await removeAll(log.store, gone.map(keys.deployment));
  await removeAll(log.store, pruneKeysOf(log.target, controls, keys.control));
  // Last, and from below: as long as one of these is there, the rest is known to be unfinished.
  await removeAll(log.store, pruneKeysOf(log.target, records, keys.record));
  await removeAll(log.store, pruneKeysOf(log.target, floors, keys.floor));
}

type KeyOf = (target: string, seq: number) => string;
const pruneKeysOf = (target: string, seqs: readonly number[], key: KeyOf) =>
  seqs.map((seq) => key(target, seq));

async function below(store: Store, prefix: string, seq: number): Promise<number[]> {
  return numbersIn(await store.list(prefix)).filter((number) => number < seq);
}

/** The first deployment that is kept says which controls were for those before it. */
async function firstControl(log: Log, { seq }: Floor): Promise<number> {
  const opening = await keptRecord(log, seq);
  return opening?.body.kind === 'opened' ? opening.body.controlSeq + 1 : 1;
}

const RECORDS_REMOVED_AT_ONCE = 16;

async function removeAll(store: Store, names: readonly string[]): Promise<void> {
  for (let at = 0; at < names.length; at += RECORDS_REMOVED_AT_ONCE)
    await Promise.all(
      names.slice(at, at + RECORDS_REMOVED_AT_ONCE).map((name) => store.remove(name)),
    );
}

/** A tenth more than what is to be kept may gather: so not every deployment has to read all of them. */
const slack = (keep: number) => Math.ceil(keep / 10);

/** Whether so many deployments can have gathered that it pays to look. Each one has an epoch at least. */
export async function isWorthPruning(
  log: Log,
  { keep, epoch }: { keep: number; epoch: number },
): Promise<boolean> {
  const below = (await readFloor(log))?.epoch ?? (await readRecord(log, 1)).epoch - 1;
  return epoch - below > keep + slack(keep);
}
