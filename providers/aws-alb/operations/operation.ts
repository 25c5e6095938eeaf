import type {
  ApplyContext,
  Operation,
  OperationContext,
  Verification,
} from '../../../src/contract/index.ts';
import type { Desk } from '../desk.ts';

/** One kind of operation: how it is made true, and how that is read back. */
export interface Deed<O extends Operation> {
  apply(operation: O, context: ApplyContext, desk: Desk): Promise<void>;
  verify(operation: O, context: OperationContext, desk: Desk): Promise<Verification>;
}

export const DONE: Verification = { state: 'done' };

export const pending = (progress: string): Verification => ({ state: 'pending', progress });

/** It goes on only when it is sent once more. */
export const again = (progress: string): Verification => ({
  state: 'pending',
  progress,
  again: true,
});
