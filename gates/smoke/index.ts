import type { GateSourceKind } from '../../src/contract/index.ts';
import type { SmokeSettings } from './settings.ts';

/** Longest time for all the requests of one reading, where a gate does not say. */
const LONGEST_READING_MS = 60_000;

export const smokeSource: GateSourceKind<SmokeSettings> = {
  name: 'smoke',
  settings: async () => (await import('./settings.ts')).settings,
  metric: ({ requests }) => ({
    unit: 'yesNo',
    timeout: Math.min(
      LONGEST_READING_MS,
      requests.reduce(
        (sum, { timeout, attempts, every }) => sum + attempts * timeout + (attempts - 1) * every,
        0,
      ),
    ),
  }),
  open: async (means) => (await import('./source.ts')).createSmokeSource(means),
};
