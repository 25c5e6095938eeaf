import { expect, test } from 'vitest';
import { removeContents } from '../../../providers/kubernetes/manifests/delivery.ts';
import type { Template } from '../../../providers/kubernetes/objects.ts';
import type { KubeGround } from '../../../providers/kubernetes/sight.ts';
import { home, pods, release, sight } from './sights.ts';

const v1 = release('v1');
const reading = (secret: string): Template => ({
  spec: {
    containers: [{ name: 'web', image: 'shop:v1', envFrom: [{ secretRef: { name: secret } }] }],
  },
});

/** Copies of the Secret `keys` that lie in the cluster, and which of them were removed. */
function groundWith(copies: readonly string[], isAllowed = true) {
  const removed: unknown[] = [];
  const cluster = {
    names: async ({ kind }: { kind: string }) => {
      if (kind !== 'secrets') return [];
      if (!isAllowed) throw Object.assign(new Error('forbidden'), { failure: 'denied' });
      return copies.map((name) => ({ metadata: { name, uid: `uid-${name}` } }));
    },
    remove: async ({ kind, name }: { kind: string; name: string }, { uid }: { uid: string }) =>
      void removed.push({ kind, name, uid }),
  };
  const ground = { cluster, connection: { namespace: 'shop', workload: 'web' } };
  return { ground: ground as unknown as KubeGround, removed };
}

const standing = (...history: readonly Template[]) =>
  sight({ ...home({ replicas: 2, wants: v1, runs: [[v1, pods(2)]] }), history });

test('copies of Secrets that nothing can go back to are removed, and only those', async () => {
  const { ground, removed } = groundWith(['keys-one', 'keys-two', 'keys-three']);
  const move = await removeContents(standing(reading('keys-three'), reading('keys-two')), ground);
  if (move?.is !== 'act') throw new Error(`nothing to do: ${move?.is}`);
  await move.act();
  expect(removed).toEqual([{ kind: 'secrets', name: 'keys-one', uid: 'uid-keys-one' }]);
});

test('where all of them are named, or nobody may look, there is nothing to do', async () => {
  const named = groundWith(['keys-one']);
  expect(await removeContents(standing(reading('keys-one')), named.ground)).toBeNull();
  const denied = groundWith(['keys-one'], false);
  expect(await removeContents(standing(reading('keys-two')), denied.ground)).toBeNull();
});
