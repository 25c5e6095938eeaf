import type { RecordBody, Store } from '../../contract/index.ts';
import { canonicalJson, hashOf, sha256 } from '../../lib/canonical.ts';
import { newerRecord, unreadable } from '../journal/errors.ts';
import { floorOf } from '../journal/floor.ts';
import { hintText } from '../journal/head.ts';
import { Journal, type JournalWriting, readChapter } from '../journal/journal.ts';
import { keys, lastIn } from '../journal/keys.ts';
import type { Log } from '../journal/log.ts';
import { type DeploymentState, replay } from '../journal/state.ts';
import { Pulse } from '../lock/heartbeat.ts';
import { describeHolder, newHolder } from '../lock/holder.ts';
import { sturdy } from '../world/patient-store.ts';
import type { World } from '../world/world.ts';
import { logInUse, tooManyLost } from './errors.ts';
import { type Examined, examine } from './examine.ts';

type Mending = JournalWriting & Pick<World, 'holder' | 'provenDead' | 'provenAlive'>;

/**
 * Sets the damaged end of a log aside and goes on from the last record that is sound: in the place of
 * each lost one comes another that says so. All of that is written down as a plan before anything is
 * removed, so that two at once do the very same, and a second one finishes what a first one began. The
 * new records reach one number further, under an epoch above all that the lost ones can have had:
 * whoever still acts for those finds its next number taken.
 */
export async function mend(world: Mending, target: string): Promise<void> {
  const log: Log = { store: sturdy(world), target };
  const { newer } = await examine(log);
  if (newer) throw newerRecord(log, newer);
  await finishRepair(log);
  const examined = await examine(log);
  if (examined.verdict !== 'end') return;
  const plan = await planFor(world, examined);
  await log.store.create(
    keys.mending(target, plan.from),
    canonicalJson({ ...plan, hash: hashOf(plan) }),
  );
  await finishRepair(log);
}

interface MendingPlan {
  readonly from: number;
  /** The new records as they will lie there, one for each number from there on. */
  readonly records: readonly string[];
  /** sha256 of what lies in their places and may be removed; null where nothing does. */
  readonly lost: readonly (string | null)[];
}

/** Records that one mending replaces at most; more were not lost by an accident. */
const REPAIRED_RECORDS_MAX = 1000;

async function planFor(world: Mending, { target, last, end }: Examined): Promise<MendingPlan> {
  if (!last) throw new Error('nothing is left to continue from');
  if (end - last.seq > REPAIRED_RECORDS_MAX) throw tooManyLost(target, end - last.seq);
  const store = sturdy(world);
  const state = replay(await readChapter({ store, target }, last));
  await expectNobody(world, target, state);
  const records: string[] = [];
  const draft: Store['create'] = async (_key, text) => {
    records.push(text);
    return 'created';
  };
  const journal = new Journal({ ...world, store: { ...store, create: draft } }, target, last);
  const lost: (string | null)[] = [];
  const until = end + 1;
  for (let seq = last.seq + 1; seq <= until; seq++) {
    const text = await store.get(keys.record(target, seq));
    lost.push(text === null ? null : sha256(text));
    await append(world, journal, { state, seq, until });
  }
  return { from: last.seq + 1, records, lost };
}

/** Does what the newest plan says and is not done yet. Nothing is removed that is not safe elsewhere. */
async function finishRepair(log: Log): Promise<void> {
  const plan = await readRepairPlan(log);
  if (!plan) return;
  const { from, records, lost } = plan;
  const floor = await floorOf(log);
  const open: LostRecords[] = [];
  for (const [index, record] of records.entries()) {
    const seq = from + index;
    const isThere = (await log.store.get(keys.record(log.target, seq))) === record;
    if (seq >= floor && !isThere) open.push({ seq, record, lost: lost[index] ?? null });
  }
  if (open.length === 0) return;
  for (const one of open) await setAside(log, one);
  // From here on until the last one is there the log is refused as one that has become shorter.
  await log.store.put(keys.head(log.target), hintText(log.target, from + records.length - 1));
  for (const { seq, record } of open) {
    await log.store.remove(keys.record(log.target, seq));
    if ((await log.store.create(keys.record(log.target, seq), record)) === 'exists')
      throw logInUse(log.target, 'Another process');
  }
}

async function readRepairPlan(log: Log): Promise<MendingPlan | null> {
  const seq = lastIn(await log.store.list(keys.mendings(log.target)));
  if (seq === null) return null;
  const key = keys.mending(log.target, seq);
  try {
    const { hash, ...plan } = JSON.parse((await log.store.get(key)) ?? '') as Sealed;
    if (hashOf(plan) === hash) return plan;
  } catch {}
  throw unreadable(log.store, key);
}

type Sealed = MendingPlan & { readonly hash: string };

/** Only what was damaged when the plan was made: whatever else lies there was written since. */
async function setAside(log: Log, { seq, record, lost }: LostRecords): Promise<void> {
  const text = await log.store.get(keys.record(log.target, seq));
  if (text === null || text === record) return;
  if (sha256(text) !== lost) throw logInUse(log.target, 'Another process');
  await log.store.create(keys.setAside(log.target, seq, lost), text);
}

interface LostRecords {
  readonly seq: number;
  readonly record: string;
  readonly lost: string | null;
}

interface RepairPlace {
  readonly state: DeploymentState;
  readonly seq: number;
  readonly until: number;
}

async function append(world: Mending, journal: Journal, { state, seq, until }: RepairPlace) {
  const { id: deployment, chapter } = state;
  const epoch = state.epoch + until - state.seq;
  const which = seq < until ? numbered(seq, seq) : numbered(state.seq + 1, until - 1);
  const body = bodyAt(world, { state, seq, until }, `${which} could not be read: set aside`);
  await journal.append({ epoch, deployment, chapter, body });
}

const numbered = (from: number, to: number) =>
  from === to ? `record ${from}` : `records ${from} to ${to}`;

/** What is over stays over. What is not is taken from whoever had it, and left for a person to go on with. */
function bodyAt(world: Mending, { state, seq, until }: RepairPlace, why: string): RecordBody {
  if (state.ended) {
    const { result, reason } = state.ended;
    return { kind: 'ended', result, reason: `${reason}; ${why}`, outcome: null };
  }
  if (seq < until) return { kind: 'taken', holder: newHolder(world), why };
  return { kind: 'paused', stop: 'interrupted', reason: why, outcome: null, lost: true };
}

/** What was lost may name a holder that nobody knows of: then only its silence tells that it is gone. */
async function expectNobody(world: Mending, target: string, state: DeploymentState): Promise<void> {
  const { holder, ended, stopped } = state;
  const isOver = ended !== null || stopped !== null || world.provenDead(holder);
  const beat = await sturdy(world).get(keys.heartbeat(target));
  if (isOver && (beat === null || nonceOf(beat) === holder.nonce)) return;
  if (!isOver && world.provenAlive(holder)) throw logInUse(target, describeHolder(holder));
  const pulse = new Pulse(world, target);
  for (;;) {
    const life = await pulse.feel();
    if (life === 'dead') return;
    if (life === 'alive') throw logInUse(target, 'Another process');
    await world.clock.sleep(Math.min(1000, world.pace.ttl / 4));
  }
}

function nonceOf(beat: string): string | null {
  try {
    return (JSON.parse(beat) as { nonce: string }).nonce;
  } catch {
    return null;
  }
}
