import { expect, test } from 'vitest';
import { lookAtRollout } from '../../../providers/kubernetes/argo-rollout/sight.ts';
import { MARK } from '../../../providers/kubernetes/marks.ts';
import { formerManner } from '../../../providers/kubernetes/operations/home.ts';
import type { KubeGround } from '../../../providers/kubernetes/sight.ts';
import { rollout, v1, v2 } from './argo-rollout/rollouts.ts';
import { home, pods } from './sights.ts';

const DAMAGED = '{"id":"v1-';

/** A Rollout on its way to v2, and the set of v1 that it falls back to. */
function groundWith(annotations: object, ofSet: object = {}): KubeGround {
  const found = rollout({
    runs: v2,
    status: { currentPodHash: 'h2' },
    annotations: { ...annotations },
  });
  const set = {
    metadata: {
      name: 'web-h1',
      labels: { 'rollouts-pod-template-hash': 'h1' },
      annotations: ofSet,
      ownerReferences: [{ controller: true, uid: 'u1' }],
    },
    spec: { replicas: 2, template: v1.spec.template },
  };
  const cluster = {
    now: () => 0,
    get: async ({ kind }: { kind: string }) =>
      kind === 'rollouts' ? { ...found, metadata: { ...found.metadata, uid: 'u1' } } : null,
    list: async ({ kind }: { kind: string }) => (kind === 'replicasets' ? [set] : []),
  };
  const connection = { namespace: 'shop', workload: 'web', service: 'web' };
  return { cluster, connection } as never;
}

test('a Rollout whose note somebody damaged says which one, and how to go on', async () => {
  await expect(lookAtRollout(groundWith({ [MARK.stable]: DAMAGED }))).rejects.toMatchObject({
    failure: 'permanent',
    message: expect.stringMatching(
      /stable-record of the Rollout web .* somebody has changed it: remove it \(kubectl annotate rollout web /,
    ),
  });
});

test('without the note, what it falls back to is described from its pods', async () => {
  const seen = await lookAtRollout(groundWith({}));
  expect(seen?.stable).toMatchObject({ version: 'v1', adopted: true });
});

test('a damaged record of a set is no record: the release is described from its pods', async () => {
  const damaged = { [MARK.record]: DAMAGED };
  expect((await lookAtRollout(groundWith({}, damaged)))?.stable.version).toBe('v1');
  expect((await lookAtRollout(groundWith(damaged)))?.wanted).toMatchObject({ adopted: true });
});

test('damaged settings of the user are not taken for lost: nothing else could restore them', () => {
  const annotations = { [MARK.former]: 'null' };
  const { deployment } = home({ replicas: 2, wants: v1, runs: [[v1, pods(2)]], annotations });
  expect(() => formerManner(deployment)).toThrow(/former of the Deployment web .*minReadySeconds/);
});
