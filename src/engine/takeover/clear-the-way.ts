import { type DeploymentState, nextStep } from '../journal/state.ts';
import { heldError } from '../lock/errors.ts';
import { describeHolder } from '../lock/holder.ts';
import type { Newest } from '../lock/lock.ts';
import { sendControl } from '../lock/send-control.ts';
import { drive } from '../run/loop.ts';
import { emit, lookEvery, type World } from '../world/world.ts';
import { awaitRelease, lookAgain, type Released } from './await-release.ts';
import { clearingFor } from './decisions.ts';
import { interruptedError, unwindFailedError } from './errors.ts';
import { takeOverUnlessHeld } from './unless-held.ts';

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
 * Makes room for a new deployment. A dead holder's deployment is taken over and rolled back at once;
 * one that lives, or that a person stopped, is dealt with as the policy says.
 */
export async function clearTheWay(
  world: World,
  target: string,
  { supersede, wait, signal, waiting }: ClearOptions,
): Promise<Newest> {
  const until = world.clock.monotonic() + wait;
  const cancels = supersede === 'cancel-older';
  const asked = new Set<string>();
  let found = await lookAgain(world, target, signal);
  for (;;) {
    const { newest, lock } = found;
    const { state } = newest;
    if (!state) return newest;
    const patient = world.clock.monotonic() < until;
    switch (clearingFor({ lock, cancels, leaving: signal.aborted, patient })) {
      case 'begin':
        return newest;
      case 'unwind':
        await unwindOlder(world, found);
        found = await lookAgain(world, target, signal);
        break;
      case 'cancel':
        if (!asked.has(state.id)) await cancelOlder(world, state);
        asked.add(state.id);
        found = await awaitRelease(world, newest, { signal, waiting });
        if (found.lock === 'alive') throw heldError(state, world.clock.wall());
        break;
      case 'await':
        found = await awaitRelease(world, newest, { signal, until, waiting });
        break;
      case 'look-again':
        waiting?.(state);
        await world.clock.sleep(lookEvery(world), signal);
        found = await lookAgain(world, target, signal);
        break;
      case 'refuse':
        throw heldError(state, world.clock.wall());
    }
  }
}

/** Does nothing when another process takes it over first: the caller looks again. */
async function unwindOlder(world: World, { newest, lock }: Released): Promise<void> {
  const { state } = newest;
  if (!state) return;
  const why =
    lock === 'dead'
      ? `${describeHolder(state.holder)} is gone`
      : 'a newer deployment wants the target';
  const session = await takeOverUnlessHeld(world, newest, why);
  if (!session) return;
  emit(session, 'notice', {
    level: 'warning',
    message: `rolling back the unfinished deployment ${state.id} first: ${why}`,
  });
  const ending = await drive(session, isAllButOver(session.state) ? {} : { turn: why });
  if (ending.result === 'rolled-back' || ending.result === 'succeeded') return;
  if (ending.result === 'interrupted') throw interruptedError(session.state, ending);
  throw unwindFailedError(ending);
}

/** Nothing is left but to clear the old release away: to bring it back now would serve nobody. */
function isAllButOver(state: DeploymentState): boolean {
  const next = nextStep(state, null);
  const left = next ? state.course.slice(state.course.indexOf(next)) : [];
  return left.every(({ action }) => action.kind === 'retire');
}

function cancelOlder(world: World, state: DeploymentState): Promise<void> {
  const { actor } = world.holder;
  const reason = 'a newer deployment wants the target';
  return sendControl(world, state, { kind: 'abort', reason, actor });
}
