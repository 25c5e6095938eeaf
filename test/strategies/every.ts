import type { Strategy } from '../../src/contract/index.ts';
import { blueGreenStrategy } from '../../strategies/blue-green/index.ts';
import { canaryStrategy } from '../../strategies/canary/index.ts';
import { rollingStrategy } from '../../strategies/rolling/index.ts';

/** The tool's own, for tests that plan with whichever is named. */
export const strategies: Readonly<Record<string, Strategy>> = {
  canary: canaryStrategy,
  'blue-green': blueGreenStrategy,
  rolling: rollingStrategy,
} satisfies Record<string, Strategy>;
