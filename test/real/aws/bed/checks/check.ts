import type { Form } from '../query.ts';
import type { World } from '../world.ts';

/** What the API server lets through and AWS does not. */
export interface Check {
  /** The calls it looks at. */
  readonly on: readonly string[];
  /** What AWS says, in our words, and on which of its pages. */
  readonly says: string;
  readonly page: string;
  /** Why the call is refused: the code of the error and its message; null where it is not. */
  refuses(form: Form, world: World): readonly [code: string, message: string] | null;
}

export const ACTIONS_IN = ['CreateListener', 'ModifyListener', 'CreateRule', 'ModifyRule'] as const;
