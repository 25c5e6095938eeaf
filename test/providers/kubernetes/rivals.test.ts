import { describe, expect, test } from 'vitest';
import { rivalOf } from '../../../providers/kubernetes/rivals.ts';
import { ApiError, pathTo } from '../../../src/clients/kubernetes/index.ts';

const refused = (code: number, failure: 'permanent' | 'denied' | 'transient') =>
  new ApiError(failure, 'no', { code, reason: '' });

function asked(objects: Readonly<Record<string, readonly object[] | ApiError>>) {
  const cluster = {
    list: async ({ kind }: { readonly kind: string }) => {
      const found = objects[kind] ?? refused(404, 'permanent');
      if (found instanceof ApiError) throw found;
      return found;
    },
  };
  const connection = { namespace: 'shop', workload: 'web' };
  return rivalOf({ cluster, connection } as unknown as Parameters<typeof rivalOf>[0]);
}

const metadata = { name: 'web' };

describe('who else moves the pods of a workload is refused by name, with what to do', () => {
  test('nobody, where no such kind is known or may be read', async () => {
    expect(await asked({})).toBeNull();
    expect(await asked({ rollouts: refused(403, 'denied') })).toBeNull();
    expect(await asked({ rollouts: [], canaries: [], kruiserollouts: [] })).toBeNull();
  });

  test('a Rollout of that name, or one that runs the Deployment’s template', async () => {
    const words =
      /^the Rollout \w+ of Argo Rollouts .* delete the Rollout .*workload: rollout\/\w+$/;
    expect(await asked({ rollouts: [{ metadata, spec: {} }] })).toMatch(words);
    const aimed = { metadata: { name: 'other' }, spec: { workloadRef: { name: 'web' } } };
    expect(await asked({ rollouts: [aimed] })).toMatch(words);
    const away = { metadata, spec: { workloadRef: { name: 'other' } } };
    expect(await asked({ rollouts: [away] })).toBeNull();
  });

  test('a Canary of Flagger', async () => {
    const canary = { metadata: { name: 'c' }, spec: { targetRef: { name: 'web' } } };
    expect(await asked({ canaries: [canary] })).toMatch(
      /^the Canary c of Flagger .*revertOnDeletion/,
    );
  });

  test.each([{ workloadRef: { name: 'web' } }, { objectRef: { workloadRef: { name: 'web' } } }])(
    'a Rollout of OpenKruise: %o',
    async (spec) => {
      const words = await asked({ kruiserollouts: [{ metadata: { name: 'k' }, spec }] });
      expect(words).toMatch(/^the Rollout k of OpenKruise .*Delete it/);
    },
  );

  test('a server that is away is no sign that there is nobody', async () => {
    await expect(asked({ canaries: refused(503, 'transient') })).rejects.toThrow('no');
  });

  test('two kinds of the same name are found where each lies', () => {
    const of = (kind: 'rollouts' | 'kruiserollouts') => pathTo({ kind, namespace: 'shop' });
    expect(of('rollouts')).toBe('/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts');
    expect(of('kruiserollouts')).toBe('/apis/rollouts.kruise.io/v1beta1/namespaces/shop/rollouts');
  });
});
