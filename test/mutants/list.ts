import { AWS } from './aws.ts';
import { CONTROLS } from './controls.ts';
import { GATES } from './gates.ts';
import { HOLDING } from './holding.ts';
import { JOURNAL } from './journal.ts';
import { KUBERNETES } from './kubernetes.ts';
import { LOCAL } from './local.ts';
import type { Mutant } from './mutant.ts';
import { OPERATIONS } from './operations.ts';
import { PLATFORMS } from './platforms.ts';
import { PROVIDERS } from './providers.ts';
import { RETENTION } from './retention.ts';
import { STORES } from './stores.ts';
import { STRATEGIES } from './strategies.ts';
import { TURNING } from './turning.ts';
import { UNSEEN } from './unseen.ts';
import { VERCEL } from './vercel.ts';

export const MUTANTS: readonly Mutant[] = [
  ...OPERATIONS,
  ...TURNING,
  ...HOLDING,
  ...CONTROLS,
  ...JOURNAL,
  ...STORES,
  ...RETENTION,
  ...GATES,
  ...UNSEEN,
  ...STRATEGIES,
  ...PROVIDERS,
  ...PLATFORMS,
  ...KUBERNETES,
  ...AWS,
  ...VERCEL,
  ...LOCAL,
];
