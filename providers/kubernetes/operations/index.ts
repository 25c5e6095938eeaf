import type { Operation, OperationContext } from '../../../src/contract/index.ts';
import type { Ground, Sight } from '../sight.ts';
import type { Move } from './move.ts';
import { promote } from './promote.ts';
import { replace } from './replace.ts';
import { retire } from './retire.ts';
import { route } from './route.ts';
import { scale, start } from './start.ts';

export type { Move } from './move.ts';

/** What an operation is told of besides itself. */
export interface Doing {
  readonly ground: Ground;
  readonly context: OperationContext;
}

type Next<T extends Operation> = (operation: T, sight: Sight, doing: Doing) => Move | Promise<Move>;

const NEXT: { readonly [K in Operation['kind']]: Next<Extract<Operation, { kind: K }>> } = {
  start,
  scale,
  route,
  replace,
  promote,
  retire,
};

export async function nextMove(operation: Operation, sight: Sight, doing: Doing): Promise<Move> {
  const next = NEXT[operation.kind] as Next<Operation>;
  return next(operation, sight, doing);
}
