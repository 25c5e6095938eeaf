import { DeployError, EXIT, isDeployError } from '../../contract/index.ts';
import { findDeployment } from '../journal/history.ts';
import { keys } from '../journal/keys.ts';
import { type DeploymentState, nextStep } from '../journal/state.ts';
import { describeHolder, Pulse } from '../lock/holder.ts';
import {
  type Hold,
  heldError,
  judgeHold,
  type Newest,
  readNewest,
  sendControl,
  takeOver,
} from '../lock/lock.ts';
import type { Session } from '../lock/session.ts';
import { drive } from '../run/loop.ts';
import { type Ending, EXIT_OF } from '../run/step-outcome.ts';
import { sturdy } from '../world/patient-store.ts';
import { emit, lookEvery, type World } from '../world/world.ts';

export type Supersede = 'reject' | 'queue' | 'cancel-older';

export interface ClearOptions {
  readonly supersede: Supersede;
  /** Ms to wait for a running deployment to end. */
  readonly wait: number;
  readonly signal: AbortSignal;
  /** Told whom it waits for, and again when that one is at another step. */
  readonly waiting?: (state: DeploymentState) => void;
}

/**
 * Makes room for a new deployment. A dead holder's deployment is taken over and unwound at once;
 * one that lives, or that a person stopped, is dealt with as the policy says.
 */
export async function clearTheWay(
  world: World,
  target: string,
  options: ClearOptions,
): Promise<Newest> {
  const until = world.clock.monotonic() + options.wait;
  const asked = new Set<string>();
  let newest = await readNewest(world, target);
  let hold = await judgeHold(world, newest, options.signal);
  for (;;) {
    const { state } = newest;
    if (hold === 'ended' || !state) return newest;
    const cancel = options.supersede === 'cancel-older';
    const patient = world.clock.monotonic() < until && !options.signal.aborted;
    if (hold === 'dead' || (hold === 'released' && cancel)) {
      // Whoever was asked to leave begins nothing, not even a way back.
      if (options.signal.aborted) throw heldError(state, world.clock.wall());
      await unwindOlder(world, newest, hold);
    } else if (hold === 'alive' && cancel) {
      if (!asked.has(state.id)) await cancelOlder(world, state);
      asked.add(state.id);
      ({ newest, hold } = await awaitRelease(world, newest, withoutEnd(options)));
      if (hold === 'alive') throw heldError(state, world.clock.wall());
      continue;
    } else if (!patient) {
      throw heldError(state, world.clock.wall());
    } else if (hold === 'alive') {
      ({ newest, hold } = await awaitRelease(world, newest, { ...options, until }));
      continue;
    } else {
      options.waiting?.(state);
      await world.clock.sleep(lookEvery(world), options.signal);
    }
    newest = await readNewest(world, target);
    hold = await judgeHold(world, newest, options.signal);
  }
}

/** Another one may be faster: then there is somebody to wait for again, and nothing to do here. */
async function unwindOlder(world: World, newest: Newest, hold: Hold): Promise<void> {
  const { state } = newest;
  if (!state) return;
  const why =
    hold === 'dead'
      ? `${describeHolder(state.holder)} is gone`
      : 'a newer deployment wants the target';
  const session = await takeOverUnlessHeld(world, newest, why);
  if (!session) return;
  emit(world, state.id, 'notice', {
    level: 'warning',
    message: `settling ${state.id} first: ${why}`,
  });
  const ending = await drive(session, isAllButOver(session.state) ? {} : { turn: why });
  if (ending.result === 'rolled-back' || ending.result === 'succeeded') return;
  if (ending.result === 'interrupted') throw interruptedError(session.state, ending);
  throw new DeployError('needs-person', {
    message: `The unfinished deployment ${ending.deployment} could not be unwound: ${ending.reason}.`,
    state: 'The new deployment was not begun.',
    next: [`deployctl history ${ending.deployment}`, `deployctl rollback ${ending.deployment}`],
  });
}

const SIGNALLED = ['interrupted', 'terminated'] as const;

/** Its way back rests: by a signal, which the exit code tells, or by somebody who paused it. */
function interruptedError({ id }: DeploymentState, { reason, exit }: Ending): DeployError {
  const code = SIGNALLED.find((candidate) => EXIT[candidate] === exit) ?? 'held';
  return new DeployError(code, {
    message: `The unfinished deployment ${id} was on its way back: ${reason}.`,
    state: 'The new deployment was not begun. The way back can be resumed.',
    next: [`deployctl resume ${id}`, 'deployctl status'],
  });
}

/** Nothing is left but to clear the old release away: to bring it back now would serve nobody. */
function isAllButOver(state: DeploymentState): boolean {
  const next = nextStep(state, null);
  const left = next ? state.course.slice(state.course.indexOf(next)) : [];
  return left.every(({ action }) => action.kind === 'retire');
}

async function takeOverUnlessHeld(
  world: World,
  newest: Newest,
  why: string,
): Promise<Session | null> {
  try {
    return await takeOver(world, newest, why);
  } catch (error) {
    const lost = isDeployError(error) && error.exit === EXIT.held;
    if (lost) return null;
    throw error;
  }
}

function cancelOlder(world: World, state: DeploymentState): Promise<void> {
  const { actor } = world.holder;
  const reason = 'a newer deployment wants the target';
  return sendControl(world, state, { kind: 'abort', reason, actor });
}

/** Resolves when that deployment has ended or its holder has let go or died. */
export async function awaitEnd(
  world: World,
  target: string,
  chapter: number,
  signal: AbortSignal,
): Promise<Newest> {
  const newest = await readNewest(world, target);
  if (newest.state?.chapter !== chapter) return newest;
  return (await awaitRelease(world, newest, { signal })).newest;
}

interface Released {
  readonly newest: Newest;
  readonly hold: Hold;
}

interface Patience extends Pick<ClearOptions, 'signal' | 'waiting'> {
  readonly until?: number;
}

const withoutEnd = ({ signal, waiting }: ClearOptions): Patience => ({
  signal,
  ...(waiting ? { waiting } : {}),
});

/** Waits for the holder of this deployment to end, let go or die; `alive` when the waiting ended first. */
async function awaitRelease(
  world: World,
  from: Newest,
  { signal, waiting, until = Infinity }: Patience,
): Promise<Released> {
  const { clock } = world;
  const chapter = from.state?.chapter;
  const pulse = new Pulse(world, from.journal.target);
  for (let newest = from; ; newest = await moved(world, newest)) {
    const { state } = newest;
    if (!state || state.ended) return { newest, hold: 'ended' };
    if (state.stopped) return { newest, hold: 'released' };
    const dead = world.provenDead(state.holder) || (await pulse.feel(state.epoch)) === 'dead';
    if (dead) return { newest, hold: 'dead' };
    if (state.chapter !== chapter || signal.aborted || clock.monotonic() >= until)
      return { newest, hold: 'alive' };
    waiting?.(state);
    await clock.sleep(lookEvery(world), signal);
  }
}

/** The newest state, read again only when the log has gone on. */
async function moved(world: World, newest: Newest): Promise<Newest> {
  const { target, head } = newest.journal;
  const next = await sturdy(world).get(keys.record(target, (head?.seq ?? 0) + 1));
  return next === null ? newest : readNewest(world, target);
}

/** Goes on with an unfinished deployment in the direction it had. */
export async function resume(
  world: World,
  newest: Newest,
  signal: AbortSignal,
  why = 'resumed',
): Promise<Ending> {
  const { state } = newest;
  if (!state || state.ended) throw overError(newest);
  if ((newest.hold ?? (await judgeHold(world, newest, signal))) === 'alive')
    throw heldError(state, world.clock.wall());
  return drive(await takeOver(world, newest, why));
}

export interface GoingBack {
  readonly why: string;
  readonly signal: AbortSignal;
  /** Whether a hook whose undo failed is left as it is, because a person says so. */
  readonly skipUndo?: boolean;
}

/** Turns an unfinished deployment round: by its living holder, or in its place. */
export async function rollbackUnfinished(
  world: World,
  newest: Newest,
  { why, signal, skipUndo = false }: GoingBack,
): Promise<Ending> {
  const { state } = newest;
  if (!state || state.ended) throw overError(newest);
  const hold = newest.hold ?? (await judgeHold(world, newest, signal));
  let now: Released = { newest, hold };
  let asked = state.direction === 'back';
  for (;;) {
    if (now.newest.state?.chapter !== state.chapter || now.newest.state.ended)
      return endingOf(world, state.id);
    if (now.hold !== 'alive') {
      const session = await takeOverUnlessHeld(world, now.newest, why);
      if (session) return drive(session, { turn: why, skipUndo });
      const fresh = await readNewest(world, state.plan.target.id);
      now = { newest: fresh, hold: await judgeHold(world, fresh, signal) };
      continue;
    }
    if (signal.aborted) throw heldError(state, world.clock.wall());
    const { actor } = world.holder;
    if (!asked) await sendControl(world, state, { kind: 'rollback', reason: why, actor });
    asked = true;
    now = await awaitRelease(world, now.newest, { signal });
  }
}

async function endingOf(world: World, id: string): Promise<Ending> {
  const { ended } = await findDeployment(sturdy(world), id);
  if (!ended) throw new Error(`${id} was followed by another deployment before its end`);
  const { result, reason } = ended;
  return { deployment: id, result, reason, exit: EXIT_OF[result] };
}

function overError({ state }: Newest): DeployError {
  if (!state)
    return new DeployError('not-found', {
      message: 'Nothing was ever deployed here.',
      next: ['deployctl deploy'],
    });
  const { id, ended } = state;
  return new DeployError('policy', {
    message: `Deployment ${id} is over: ${ended?.result}.`,
    state: 'Nothing was touched.',
    next: ['deployctl status', `deployctl rollback ${id}`],
  });
}
