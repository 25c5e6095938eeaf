import type { Operation, OperationContext } from '../../../src/contract/index.ts';
import type { KubeGround, Sight } from '../sight.ts';
import type { Move } from './move.ts';
import { promote } from './promote.ts';
import { replace } from './replace.ts';
import { retire } from './retire.ts';
import { route } from './route.ts';
import { scale, start } from './start.ts';

export type { Move } from './move.ts';

/** What an operation is told of besides itself. */
export interface Doing {
  readonly ground: KubeGround;
  readonly context: OperationContext;
}

type KubeNext<T extends Operation> = (
  operation: T,
  sight: Sight,
  doing: Doing,
) => Move | Promise<Move>;

const NEXT: { readonly [K in Operation['kind']]: KubeNext<Extract<Operation, { kind: K }>> } = {
  start,
  scale,
  route,
  replace,
  promote,
  retire,
};

export async function nextMove(operation: Operation, sight: Sight, doing: Doing): Promise<Move> {
  const next = NEXT[operation.kind] as KubeNext<Operation>;
  return next(operation, sight, doing);
}
