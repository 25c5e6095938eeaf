import type { Run } from '../../contract/index.ts';
import { linked } from '../../lib/linked-signal.ts';
import type { Session } from '../lock/session.ts';
import { bounded } from '../world/call-limit.ts';

/** Why a hook did not do what it is for, with the end of its output. */
export interface HookFailure {
  readonly reason: string;
  readonly logs: readonly string[];
}

/** Runs a hook, or its undo on the way back; null when it exits with 0. A failing gate ends it, and so does a stop request. */
export async function runHook(
  session: Session,
  action: Run,
  gateFailed: AbortSignal,
): Promise<HookFailure | null> {
  const command =
    session.state.direction === 'back' ? (action.undo ?? action.command) : action.command;
  await session.mayAct();
  const { name: what, timeout } = action;
  const { world } = session;
  const within = timeout + world.pace.call;
  const result = await linked([session.attention.operations, gateFailed], (signal) =>
    bounded(world, () => world.run(command, { timeout, signal }), { what, within, signal }),
  ).catch(({ message }: Error) => ({ code: -1, output: message, ended: 'came to no end' }));
  const { code, output, ended = `exited with code ${code}` } = result;
  if (code === 0) return null;
  return { reason: `${what} ${ended}`, logs: output.trimEnd().split('\n').slice(-20) };
}
