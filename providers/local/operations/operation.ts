import type { Json, Operation, Verification } from '../../../src/contract/index.ts';
import type { Desired } from '../home/desired.ts';
import type { Status } from '../home/messages.ts';

/** One kind of operation: what it wants, whether that is what is wanted, and whether it is so. */
export interface LocalOperation<K extends Operation['kind']> {
  /** What is wanted after it: absolute, so that asking twice changes nothing. */
  change(desired: Desired, operation: Extract<Operation, { kind: K }>): Desired;
  /** Null when what is wanted is what it asks for. */
  difference(desired: Desired, operation: Extract<Operation, { kind: K }>): Difference | null;
  /** Whether what is wanted is so; asked only when it is what the operation asks for. */
  verify(status: Status, operation: Extract<Operation, { kind: K }>): Verification;
}

export interface Difference {
  readonly expected: Json;
  readonly found: Json;
}

export const LOCAL_DONE: Verification = { state: 'done' };
export const localPending = (progress: string): Verification => ({ state: 'pending', progress });
