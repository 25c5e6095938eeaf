import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject, Provider, Release } from '../../../src/contract/index.ts';
import { KubernetesFixture } from './fixture.ts';
import { GATEWAY, onGateway, ownHost } from './ground.ts';
import { Load, TAKEN_UP } from './load.ts';
import type { Route, Web } from './manifests.ts';

const HOST = ownHost('canary.test');
/** Of a thousand standard normal values one lies further out. */
const SIGMAS = 3.29;

onGateway('canary by the weights of an HTTPRoute', () => {
  let fixture: KubernetesFixture;
  let provider: Provider;
  let load: Load;
  let v1: Release;
  let v2: Release;
  const router = { router: { kind: 'httpRoute', name: 'web' } };

  const rule = async () => (await fixture.get<Route>('httproutes', 'web'))?.spec.rules[0];

  beforeAll(async () => {
    fixture = await KubernetesFixture.withWeb({ host: HOST });
    provider = await fixture.provider(router);
    load = Load.begin(await fixture.gatewayUrl(HOST), { host: HOST });
  });

  afterAll(async () => {
    await load?.end();
    await fixture?.close();
  });

  test('a candidate comes up, and the route knows it without weight', async () => {
    v1 = (await fixture.before(provider)).live as Release;
    v2 = await fixture.release(provider, 'v2');
    await fixture.do(provider, { kind: 'start', release: v2, capacity: 40, weights: [5, 50, 100] });
    const { releases, split } = await provider.observe();
    expect(split).toEqual({ [v1.id]: 100 });
    expect(releases.find(({ id }) => id === v2.id)).toMatchObject({ ready: 2, desired: 2 });
    expect((await rule())?.backendRefs.map(({ weight }) => weight)).toEqual([100, 0]);
    expect(Object.keys(load.countsSince())).toEqual(['v1']);
  });

  test.each([5, 50, 75, 100, 30])(
    'a weight of %i gets that share of the requests',
    async (weight) => {
      await fixture.do(provider, { kind: 'scale', release: v2.id, capacity: 100 });
      const split = { [v1.id]: 100 - weight, [v2.id]: weight };
      await fixture.do(provider, { kind: 'route', split, match: null });
      expect((await provider.observe()).split?.[v2.id]).toBe(weight);
      // When the data plane has taken it up is told nowhere, so the first counts may be mixed.
      let counts: Readonly<Record<string, number>> = {};
      const end = Date.now() + TAKEN_UP;
      while (Date.now() < end && !isShareOf(counts, weight / 100)) {
        const from = Date.now();
        await fixture.until(
          'a thousand answers',
          async () => total(load.countsSince(from)) >= 1000,
        );
        counts = load.countsSince(from);
      }
      expect(counts).toSatisfy(() => isShareOf(counts, weight / 100));
    },
  );

  test('what is not ours in the route stays as it was', async () => {
    expect((await rule())?.filters).toEqual([
      {
        type: 'ResponseHeaderModifier',
        responseHeaderModifier: { set: [{ name: 'x-kept', value: 'yes' }] },
      },
    ]);
  });

  test('requests with a header reach one release whatever the weights say', async () => {
    const header = { name: 'x-canary', value: 'yes' };
    const split = { [v1.id]: 100, [v2.id]: 0 };
    await fixture.do(provider, { kind: 'route', split, match: { release: v2.id, header } });
    expect(await provider.observe()).toMatchObject({
      match: { release: v2.id, header },
      split: { [v1.id]: 100 },
    });
    const asked = Load.begin(GATEWAY, { host: HOST, headers: { 'x-canary': 'yes' }, clients: 2 });
    const others = Load.begin(GATEWAY, { host: HOST, headers: { 'x-canary': 'no' }, clients: 2 });
    // The weight of before reaches some of the others until the data plane has taken this up.
    for (const [by, version] of [
      [asked, 'v2'],
      [others, 'v1'],
    ] as const)
      await fixture.until(`only ${version} answers`, async () => by.isOnly(version));
    const from = Date.now();
    await fixture.until(
      'a hundred answers more',
      async () => total(others.countsSince(from)) >= 100,
    );
    await asked.end();
    await others.end();
    expect(Object.keys(asked.countsSince(from))).toEqual(['v2']);
    expect(Object.keys(others.countsSince(from))).toEqual(['v1']);
    expect([...asked.failed, ...others.failed]).toEqual([]);
  });

  test('a gate reaches it by that header where users have an address', async () => {
    const outside = await fixture.provider({ ...router, url: `http://${HOST}` });
    const reach = await outside.access?.reach(v2.id, new AbortController().signal);
    expect(reach).toMatchObject({ url: `http://${HOST}`, headers: { 'x-canary': 'yes' } });
  });

  test('a header whose rule somebody takes away has changed under our hands', async () => {
    const header = { name: 'x-canary', value: 'yes' };
    const split = { [v1.id]: 100, [v2.id]: 0 };
    const operation = { kind: 'route', split, match: { release: v2.id, header } } as const;
    const context = { ...(await fixture.occasion(provider)), wasDone: true } as const;
    expect(await provider.verify(operation, context)).toEqual({ state: 'done' });
    const rules = (await fixture.get<Route>('httproutes', 'web'))?.spec.rules.slice(0, 1);
    await fixture.merge('httproutes', 'web', { spec: { rules } as unknown as JsonObject });
    expect(await provider.verify(operation, context)).toMatchObject({ state: 'diverged' });
  });

  test('without it no rule of ours is left', async () => {
    const split = { [v1.id]: 70, [v2.id]: 30 };
    const header = { name: 'x-canary', value: 'again' };
    await fixture.do(provider, { kind: 'route', split, match: { release: v2.id, header } });
    expect((await fixture.get<Route>('httproutes', 'web'))?.spec.rules).toHaveLength(2);
    await fixture.do(provider, { kind: 'route', split, match: null });
    expect((await fixture.get<Route>('httproutes', 'web'))?.spec.rules).toHaveLength(1);
    expect((await rule())?.backendRefs.map(({ weight }) => weight)).toEqual([70, 30]);
  });

  test('in the end the route says what the user wrote, and only the user’s objects are left', async () => {
    const split = { [v1.id]: 0, [v2.id]: 100 };
    await fixture.do(provider, { kind: 'route', split, match: null });
    await fixture.do(provider, { kind: 'promote', release: v2.id });
    await fixture.do(provider, { kind: 'retire', release: v1.id, keeps: v2.id });
    expect((await rule())?.backendRefs.map(({ name, weight }) => [name, weight])).toEqual([
      ['web', 1],
    ]);
    expect(await fixture.names('deployments')).toEqual(['web']);
    const web = await fixture.get<Web>('deployments', 'web');
    expect(web?.spec.template).toMatchObject({
      spec: { containers: [{ image: 'images.test/shop:v2' }] },
    });
  });

  test('no request failed in all of this', async () => {
    await load.end();
    expect(load.failed).toEqual([]);
  });
});

/** Within what chance allows: a wrong weight is further off. */
function isShareOf(counts: Readonly<Record<string, number>>, share: number): boolean {
  const all = total(counts);
  const spread = Math.sqrt((share * (1 - share)) / all);
  return all > 0 && Math.abs((counts.v2 ?? 0) / all - share) <= SIGMAS * spread;
}

const total = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
