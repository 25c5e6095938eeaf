import type { DeployError, JournalRecord, Plan } from '../../contract/index.ts';
import { readHead, readSureHead } from '../journal/head.ts';
import { Journal, readChapter, Superseded } from '../journal/journal.ts';
import { keys } from '../journal/keys.ts';
import type { Log } from '../journal/log.ts';
import { expectKnown } from '../journal/newer-version.ts';
import { expectSoleLabel } from '../journal/place.ts';
import { readAhead, readOnce } from '../journal/read-once.ts';
import { advance, type DeploymentState, replay } from '../journal/state.ts';
import { sturdy } from '../world/patient-store.ts';
import type { JournalAccess, World } from '../world/world.ts';
import { heldError, supersededError } from './errors.ts';
import { judgeLife } from './heartbeat.ts';
import { newHolder } from './holder.ts';
import { leaveHint } from './log-end-hint.ts';
import { lastControl } from './send-control.ts';
import { momentOf, Session } from './session.ts';

/** The newest deployment of a target with its journal, ready to be held. */
export interface Newest {
  readonly journal: Journal;
  readonly state: DeploymentState | null;
  /** Whoever looks next is told already where the log ends. */
  readonly isHinted?: boolean;
  /** Where it was judged already: from elsewhere that takes a whole lease. */
  readonly lock?: LockState;
}

/** What a log says at one moment. */
export interface Past {
  readonly head: JournalRecord | null;
  readonly state: DeploymentState | null;
  readonly isHinted: boolean;
}

/**
 * For those who will write once they have what else it takes. `from`: where the deployment that is
 * meant begins; its records are asked for together with the end of the log.
 */
export async function readPast(
  reading: JournalAccess,
  target: string,
  from: number | null = null,
): Promise<Past> {
  const whole: Log = { store: sturdy(reading), target };
  const ahead = from === null ? null : readAhead(whole, from);
  const log = readOnce(whole, ahead ?? undefined);
  const { head, isHinted } = await readSureHead(log, ahead);
  return { head, state: await stateAt(log, head), isHinted };
}

export async function readNewest(
  world: World,
  target: string,
  past = readPast(world, target),
): Promise<Newest> {
  const { head, state, isHinted } = await past;
  return { journal: new Journal(world, target, head), state, isHinted };
}

/** The newest deployment of a target, for those who only look. */
export async function readState(
  reading: JournalAccess,
  target: string,
): Promise<DeploymentState | null> {
  const log: Log = { store: sturdy(reading), target };
  return stateAt(log, await readHead(log));
}

async function stateAt(log: Log, head: JournalRecord | null): Promise<DeploymentState | null> {
  return head ? replay(await readChapter(log, head)) : null;
}

/** Begins a deployment: whoever writes this record first has the target. */
export async function open(world: World, plan: Plan, newest: Newest): Promise<Session> {
  const { target } = plan;
  expectKnown(plan);
  if (newest.state && !newest.state.ended) throw heldError(newest.state, world.clock.wall());
  const id = world.random.name(8);
  const store = sturdy(world);
  await expectSoleLabel(store, target);
  await store.create(keys.about(target.id), JSON.stringify(target));
  await store.create(keys.deployment(id), pointerTo(plan, newest));
  const controlSeq = await lastControl(world, target.id, newest.state?.controlSeq ?? 0);
  const body = { kind: 'opened' as const, plan, holder: newHolder(world), controlSeq };
  const since = momentOf(world.clock);
  const record = await writeOpening(world, newest, {
    epoch: (newest.journal.head?.epoch ?? groundEpoch(world)) + 1,
    deployment: id,
    body,
  });
  return new Session(world, { journal: newest.journal, state: replay([record]), since });
}

/**
 * Where a deployment is found by its id alone: in which log, from which record on unless somebody
 * comes first, and the place that it is about, so that whoever goes back looks at all three together.
 */
const pointerTo = ({ target, provider }: Plan, { journal }: Newest) =>
  JSON.stringify({ target: target.id, from: (journal.head?.seq ?? 0) + 1, provider });

/**
 * A platform refuses epochs that are older than one it has seen, in whatever journal they are. The
 * millisecond in which a journal begins is above all that an earlier one of the target can have come to.
 */
const groundEpoch = ({ clock }: World) => Math.floor(clock.wall());

async function writeOpening(
  world: World,
  newest: Newest,
  entry: Parameters<Journal['append']>[0],
): Promise<JournalRecord> {
  try {
    return (await Promise.all([newest.journal.append(entry), hintEnd(world, newest)]))[0];
  } catch (error) {
    if (!(error instanceof Superseded)) throw error;
    throw lockLost(world, await readNewest(world, newest.journal.target), error);
  }
}

/** Where the log ended before whoever writes on now. */
async function hintEnd(world: World, { journal, isHinted = true }: Newest): Promise<void> {
  const { head, log } = journal;
  if (head && !isHinted) await leaveHint(world, log, { seq: head.seq });
}

function lockLost(world: World, { state }: Newest, error: Superseded): DeployError {
  return state && !state.ended ? heldError(state, world.clock.wall()) : supersededError(error);
}

/** Makes this process the holder of an unfinished deployment. The former holder can write no more. */
export async function takeOverLock(world: World, newest: Newest, why: string): Promise<Session> {
  const { state, journal } = newest;
  if (!state || state.ended) throw new Error('only an unfinished deployment can be taken over');
  const body = { kind: 'taken' as const, holder: newHolder(world), why };
  const entry = { epoch: state.epoch + 1, deployment: state.id, chapter: state.chapter, body };
  const since = momentOf(world.clock);
  // What is wished from now on is heard by whoever watches for wishes.
  const wished = sturdy(world).get(keys.control(journal.target, state.controlSeq + 1));
  wished.catch(() => {});
  try {
    const [record] = await Promise.all([journal.append(entry), hintEnd(world, newest)]);
    return new Session(world, { journal, state: advance(state, record), since, wished });
  } catch (error) {
    if (!(error instanceof Superseded)) throw error;
    const now = await readNewest(world, journal.target);
    // What the former holder had sent before has arrived: that makes it no other holder.
    if (now.state?.epoch === state.epoch && !now.state.ended) return takeOverLock(world, now, why);
    throw lockLost(world, now, error);
  }
}

export type LockState = 'ended' | 'released' | 'alive' | 'dead';

/** Whether somebody may act on the target now. */
export async function judgeLock(
  world: World,
  newest: Newest,
  signal: AbortSignal,
): Promise<LockState> {
  const { state, journal } = newest;
  if (!state || state.ended) return 'ended';
  if (state.stopped) return 'released';
  const { target, head } = journal;
  const next = keys.record(target, (head?.seq ?? 0) + 1);
  return judgeLife(world, { target, holder: state.holder, next }, signal);
}
