import { findDeployment } from '../journal/history.ts';
import { heldError } from '../lock/errors.ts';
import { judgeLock, type Newest, takeOverLock } from '../lock/lock.ts';
import { sendControl } from '../lock/send-control.ts';
import { drive } from '../run/loop.ts';
import { type Ending, EXIT_OF_ENDING } from '../run/step-outcome.ts';
import { sturdy } from '../world/patient-store.ts';
import type { World } from '../world/world.ts';
import { awaitRelease, lookAgain, type Released } from './await-release.ts';
import { turningFor } from './decisions.ts';
import { overError } from './errors.ts';
import { takeOverUnlessHeld } from './unless-held.ts';

/** Goes on with an unfinished deployment in the direction it had. */
export async function resume(
  world: World,
  newest: Newest,
  { signal, why = 'resumed' }: { readonly signal: AbortSignal; readonly why?: string },
): Promise<Ending> {
  const { state } = newest;
  if (!state || state.ended) throw overError(newest);
  if ((newest.lock ?? (await judgeLock(world, newest, signal))) === 'alive')
    throw heldError(state, world.clock.wall());
  return drive(await takeOverLock(world, newest, why));
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
  let now: Released = { newest, lock: newest.lock ?? (await judgeLock(world, newest, signal)) };
  let asked = state.direction === 'back';
  for (;;) {
    const over = now.newest.state?.chapter !== state.chapter || Boolean(now.newest.state.ended);
    switch (turningFor({ over, lock: now.lock, leaving: signal.aborted, asked })) {
      case 'tell-its-end':
        return endingOfRollback(world, state.id);
      case 'take-over': {
        const session = await takeOverUnlessHeld(world, now.newest, why);
        if (session) return drive(session, { turn: why, skipUndo });
        now = await lookAgain(world, state.plan.target.id, signal);
        break;
      }
      case 'refuse':
        throw heldError(state, world.clock.wall());
      case 'ask':
        await sendControl(world, state, {
          kind: 'rollback',
          reason: why,
          actor: world.holder.actor,
        });
        asked = true;
        break;
      case 'await':
        now = await awaitRelease(world, now.newest, { signal });
    }
  }
}

async function endingOfRollback(world: World, id: string): Promise<Ending> {
  const { ended } = await findDeployment(sturdy(world), id);
  if (!ended) throw new Error(`${id} was followed by another deployment before its end`);
  const { result, reason } = ended;
  return { deployment: id, result, reason, exit: EXIT_OF_ENDING[result] };
}
