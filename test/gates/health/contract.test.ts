import { expect, it } from 'vitest';
import { healthSource } from '../../../gates/health/index.ts';
import { gateSuite } from '../../contract/gate-suite.ts';
import { asking, means, observation, observed } from '../kit/rig.ts';

gateSuite('health', async () => ({
  source: await healthSource.open(means),
  answered: asking({ of: 'troubles' as const }),
  down: asking(
    { of: 'troubles' as const },
    { observe: () => Promise.reject(new Error('the platform is away')) },
  ),
  silent: asking({ of: 'troubles' as const }, { observe: () => new Promise(() => {}) }),
  close: async () => {},
}));

it('asks about stable when stable is the subject', async () => {
  const health = await healthSource.open(means);
  const releases = [observed({ id: 'v41-abc', version: 'v41', ready: 1 }), observed()];
  const observe = async () => observation({}, releases);
  const of = (track: 'stable' | 'candidate') =>
    asking({ of: 'troubles' as const }, { observe, subject: { track } });
  expect((await health.measure(of('stable'))).candidate?.value).toBe(1);
  expect((await health.measure(of('candidate'))).candidate?.value).toBe(0);
});
