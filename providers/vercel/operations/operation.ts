import type {
  ApplyContext,
  Operation,
  OperationContext,
  Verification,
} from '../../../src/contract/index.ts';
import type { Place } from '../place.ts';

/** How one kind of operation is made true, and read back. */
export interface Handling<K extends Operation['kind']> {
  apply(
    place: Place,
    operation: Extract<Operation, { kind: K }>,
    context: ApplyContext,
  ): Promise<void>;
  verify(
    place: Place,
    operation: Extract<Operation, { kind: K }>,
    context: OperationContext,
  ): Promise<Verification>;
}

export const VERCEL_DONE: Verification = { state: 'done' };
export const vercelPending = (progress: string): Verification => ({ state: 'pending', progress });
/** It goes on only when it is sent once more. */
export const unsent = (progress: string): Verification => ({
  state: 'pending',
  progress,
  again: true,
});
export const failed = (reason: string, logs: readonly string[] = []): Verification => ({
  state: 'failed',
  reason,
  logs,
});
