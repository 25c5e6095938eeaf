import type { Strategy } from '../src/contract/index.ts';
import { blueGreen } from './blue-green.ts';
import { canary } from './canary.ts';
import { rolling } from './rolling.ts';

export { planReturn, type ReturnInput, type ReturnSettings } from './rollback.ts';

/** By the names that a config uses. */
export const strategies: Readonly<Record<string, Strategy>> = {
  canary,
  'blue-green': blueGreen,
  rolling,
} satisfies Record<string, Strategy>;
