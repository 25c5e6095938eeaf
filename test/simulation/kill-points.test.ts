import { describe, expect, test } from 'vitest';
import { COURSES } from './plans.ts';
import { dieAt, MACHINES, WAYS } from './sweep.ts';

const sweeps = COURSES.flatMap((course) =>
  [false, true].flatMap((bad) =>
    WAYS.flatMap((way) => MACHINES.map((machine) => ({ course, bad, way, machine }))),
  ),
);

describe('wherever a holder dies, whoever comes after it brings the target to a verified end', () => {
  for (const sweep of sweeps) {
    const { course, bad, way, machine } = sweep;
    test(`${course}${bad ? ' of a bad release' : ''}, then ${way} on ${machine}`, async () => {
      const { points, violations } = await dieAt(sweep, Infinity);
      expect(violations).toEqual([]);
      for (let point = 1; point <= points; point++) {
        const death = await dieAt(sweep, point);
        expect(death.violations, `killed at ${death.died}`).toEqual([]);
      }
    });
  }
});
