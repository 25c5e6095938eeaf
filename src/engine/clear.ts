import { DeployError } from '../contract/index.ts';
import { drive } from './drive.ts';
import { heldError, judgeHold, type Newest, readNewest, sendControl, takeOver } from './hold.ts';
import { describeHolder } from './holder.ts';
import type { Ending } from './settle.ts';
import { emit, type World } from './world.ts';

export type Supersede = 'reject' | 'queue' | 'cancel-older';

export interface ClearOptions {
  readonly supersede: Supersede;
  /** Ms to wait for a running deployment to end. */
  readonly wait: number;
  readonly signal: AbortSignal;
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
  for (;;) {
    const newest = await readNewest(world, target);
    const hold = await judgeHold(world, newest, options.signal);
    if (hold === 'ended' || !newest.state) return newest;
    if (hold === 'dead' || (hold === 'released' && options.supersede === 'cancel-older')) {
      await unwindOlder(
        world,
        newest,
        hold === 'dead'
          ? `${describeHolder(newest.state.holder)} is gone`
          : 'a newer deployment wants the target',
      );
      continue;
    }
    if (hold === 'alive' && options.supersede === 'cancel-older')
      await cancelAndWait(world, newest, options.signal);
    else if (world.clock.monotonic() < until && !options.signal.aborted)
      await world.clock.sleep(world.pace.control, options.signal);
    else throw heldError(newest.state, world.clock.wall());
  }
}

async function unwindOlder(world: World, newest: Newest, why: string): Promise<void> {
  const session = await takeOver(world, newest, why);
  emit(world, session.state.id, 'notice', {
    level: 'warning',
    message: `unwinding ${session.state.id} first: ${why}`,
  });
  const ending = await drive(session, { turn: why });
  if (ending.result === 'rolled-back' || ending.result === 'succeeded') return;
  throw new DeployError('needs-person', {
    message: `The unfinished deployment ${ending.deployment} could not be unwound: ${ending.reason}.`,
    state: 'The new deployment was not begun.',
    next: [`deployctl history ${ending.deployment}`, `deployctl rollback ${ending.deployment}`],
  });
}

async function cancelAndWait(world: World, newest: Newest, signal: AbortSignal): Promise<void> {
  const { state } = newest;
  if (!state) return;
  const actor = world.holder.actor;
  await sendControl(world, state, {
    kind: 'abort',
    reason: 'a newer deployment wants the target',
    actor,
  });
  await awaitEnd(world, state.plan.target.id, state.chapter, signal);
}

/** Resolves when that deployment has ended or its holder has let go or died. */
export async function awaitEnd(
  world: World,
  target: string,
  chapter: number,
  signal: AbortSignal,
): Promise<Newest> {
  for (;;) {
    const newest = await readNewest(world, target);
    const { state } = newest;
    if (!state || state.chapter !== chapter || state.ended || state.stopped || signal.aborted)
      return newest;
    if (world.provenDead(state.holder)) return newest;
    await world.clock.sleep(world.pace.control, signal);
  }
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
  if ((await judgeHold(world, newest, signal)) === 'alive')
    throw heldError(state, world.clock.wall());
  return drive(await takeOver(world, newest, why));
}

/** Turns an unfinished deployment round: by its living holder, or in its place. */
export async function rollbackUnfinished(
  world: World,
  newest: Newest,
  why: string,
  signal: AbortSignal,
): Promise<Ending> {
  const { state } = newest;
  if (!state || state.ended) throw overError(newest);
  if ((await judgeHold(world, newest, signal)) !== 'alive')
    return drive(await takeOver(world, newest, why), { turn: why });
  await sendControl(world, state, { kind: 'rollback', reason: why, actor: world.holder.actor });
  const after = await awaitEnd(world, state.plan.target.id, state.chapter, signal);
  if (after.state?.ended && after.state.chapter === state.chapter) {
    const { result, reason } = after.state.ended;
    return { deployment: state.id, result, reason, exit: result === 'succeeded' ? 0 : 3 };
  }
  return rollbackUnfinished(world, after, why, signal);
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
