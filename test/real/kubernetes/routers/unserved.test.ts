import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Provider } from '../../../../src/contract/index.ts';
import { KubernetesFixture } from '../fixture.ts';
import { onGateway, ownHost } from '../ground.ts';
import { httpRoute } from '../manifests.ts';

const HOST = ownHost('unserved.test');
/** Whose namespace grants nothing. */
const FOREIGN = {
  matches: [{ path: { type: 'PathPrefix', value: '/other' } }],
  backendRefs: [{ name: 'other', namespace: 'kube-system', port: 80 }],
};

onGateway('a route that is not served as it stands', () => {
  let fixture: KubernetesFixture;
  let provider: Provider;

  beforeAll(async () => {
    fixture = await KubernetesFixture.withWeb({ replicas: 1, host: HOST });
    provider = await fixture.provider({ router: { kind: 'httpRoute', name: 'web' } });
  });
  afterAll(() => fixture?.close());

  async function refusals(): Promise<readonly string[]> {
    const release = await fixture.release(provider, 'v2');
    const start: Operation = { kind: 'start', release, capacity: 100, weights: [50, 100] };
    const found = await provider.review?.([start], await fixture.before(provider));
    return found?.refusals ?? [];
  }

  test('is refused before anything is written, and no longer once it is served again', async () => {
    const { spec } = httpRoute(HOST) as { readonly spec: { readonly rules: readonly object[] } };
    const rules = [...spec.rules, FOREIGN];
    await fixture.merge('httproutes', 'web', { spec: { ...spec, rules } as never });
    await fixture.until('the Gateway says no', async () => (await refusals()).length > 0);
    expect(await refusals()).toEqual([
      expect.stringMatching(/not served as it stands: Gateway web: ResolvedRefs is False: .*Grant/),
    ]);
    expect(await fixture.names('deployments')).toEqual(['web']);
    await fixture.merge('httproutes', 'web', { spec: spec as never });
    await fixture.until('the Gateway says yes', async () => (await refusals()).length === 0);
  });
});
