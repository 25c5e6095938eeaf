import { expect, test } from 'vitest';
import { RolloutProvider } from '../../../../providers/kubernetes/argo-rollout/index.ts';
import { MARK } from '../../../../providers/kubernetes/marks.ts';
import type { Operation } from '../../../../src/contract/index.ts';
import { sending } from '../../../helpers/calls.ts';
import { rollout, v2 } from './rollouts.ts';

const start: Operation = { kind: 'start', release: v2, capacity: 20, weights: [20, 100] };

/** A Rollout that the holder of this number has written to. */
function heldBy(fence: number) {
  const sent: unknown[] = [];
  const held = rollout({ annotations: { [MARK.fence]: String(fence), [MARK.live]: 'v1' } });
  const cluster = {
    now: () => 0,
    get: async ({ kind }: { kind: string }) => (kind === 'rollouts' ? held : null),
    list: async () => [],
    patch: async (_place: unknown, change: unknown) => {
      sent.push(change);
      return held;
    },
  };
  const connection = {
    namespace: 'shop',
    workload: 'web',
    service: 'web',
    router: {},
    propagation: 0,
  };
  const identity = { provider: 'kubernetes', place: {}, pins: {} };
  const provider = new RolloutProvider(cluster as never, connection as never, identity as never);
  return { provider, sent };
}

test('whoever was taken over changes nothing of a Rollout any more', async () => {
  const { provider, sent } = heldBy(5);
  await expect(provider.apply(start, sending('d1/01', { fence: 4 }))).rejects.toMatchObject({
    failure: 'fenced',
  });
  expect(sent).toEqual([]);
  await provider.apply(start, sending('d1/01', { fence: 5 }));
  expect(sent).not.toEqual([]);
});
