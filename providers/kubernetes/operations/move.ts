import type { Json, JsonObject } from '../../../src/contract/index.ts';

/**
 * What an operation needs next, told from what is seen and from nothing else: so any machine can go
 * on with it, and sending it twice changes nothing.
 */
export type Move =
  | { readonly is: 'done'; readonly facts?: JsonObject }
  | { readonly is: 'wait'; readonly words: string }
  | {
      readonly is: 'act';
      readonly words: string;
      readonly act: (signal?: AbortSignal) => Promise<unknown>;
    }
  /** The platform cannot make it true; the pod's last words may tell why. */
  | {
      readonly is: 'failed';
      readonly words: string;
      readonly pod?: { readonly name: string; readonly hasCrashed: boolean } | null;
    }
  /** It may not be done as things are. */
  | { readonly is: 'refuse'; readonly words: string }
  /** Ours was changed by others. */
  | { readonly is: 'diverged'; readonly expected: Json; readonly found: Json };

export const wait = (words: string): Move => ({ is: 'wait', words });
export const KUBE_DONE: Move = { is: 'done' };
