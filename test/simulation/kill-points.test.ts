import { describe, expect, test } from 'vitest';
import { useLightSignals } from './signals.ts';
import { allSweeps, dieAt, nameOf } from './sweep.ts';

useLightSignals();

/** `npm run sim -- --sweep` goes through all; here the successor is a machine that knows nothing of the dead. */
const sweeps = allSweeps(['local']).filter(({ machine }) => machine === 'another machine');

describe('wherever a holder dies, whoever comes after it brings the target to a verified end', () => {
  for (const sweep of sweeps) {
    test(nameOf(sweep), async () => {
      const { points, violations } = await dieAt(sweep, Infinity);
      expect(violations).toEqual([]);
      for (let point = 1; point <= points; point++) {
        const death = await dieAt(sweep, point);
        expect(death.violations, `killed at ${death.died}`).toEqual([]);
      }
    }, 120_000);
  }
});
