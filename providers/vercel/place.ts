import type { OperationContext, Release, ReleaseId } from '../../src/contract/index.ts';
import type { VercelDeployment } from './client/answers.ts';
import type { VercelCalls } from './client/calls.ts';
import type { VercelConnection } from './connection.ts';
import type { Memory } from './memory.ts';

/** One project: how to ask about it, and what this process knows of it. */
export interface Place {
  readonly calls: VercelCalls;
  readonly connection: VercelConnection;
  readonly project: { readonly id: string; readonly name: string };
  readonly memory: Memory;
}

/** Age of a reading that still tells of now: others may have changed things meanwhile. */
export const A_MOMENT_MS = 500;

/** The whole release where it is known: an adopted one, and one of long ago, is found by what it was called. */
export const wholeOf = (
  id: ReleaseId,
  { before, release }: Pick<OperationContext, 'before' | 'release'>,
): Release | ReleaseId =>
  [before.live, release, ...(before.others ?? [])].find((one) => one?.id === id) ?? id;

/** So that it is found by its id from now on. */
export function remembered(
  memory: Memory,
  id: ReleaseId,
  found: VercelDeployment,
): VercelDeployment {
  memory.deployments.set(id, found.id);
  memory.sighted.set(id, found);
  memory.answered(id);
  return found;
}

export const FAILED: readonly string[] = ['ERROR', 'BLOCKED', 'CANCELED'];
