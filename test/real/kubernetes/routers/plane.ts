import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../../../providers/kubernetes/connection.ts';
import { ROUTERS } from '../../../../providers/kubernetes/routers/index.ts';
import { groundOf, type KubeGround, look } from '../../../../providers/kubernetes/sight.ts';
import type { Kind, KubeObject } from '../../../../src/clients/kubernetes/index.ts';
import type { JsonObject, Match, Provider, Release } from '../../../../src/contract/index.ts';
import { KubernetesFixture } from '../fixture.ts';
import { GATEWAY } from '../ground.ts';
import { Load, TAKEN_UP } from '../load.ts';
import { keepFigures, type RouterFigures } from './figures.ts';
import { chanceOf, total } from './share.ts';

export interface Plane {
  readonly host: string;
  readonly router: { readonly kind: string; readonly name: string };
  /** Objects that lead requests for this host to the Service; the first is the router's. */
  readonly objects: readonly (readonly [Kind, JsonObject & { readonly spec: JsonObject }])[];
  /** Requests that it can tell from others. */
  readonly matches: readonly Omit<Match, 'release'>[];
  /** Where one Service without pods takes all of a route away. */
  readonly isFragile?: boolean;
  /** Where what is ours lies in an object of its own, the user's may be made anew without harm. */
  readonly isApart?: boolean;
  /** A data plane that is begun for it alone; else that of the cluster. */
  readonly plane?: (
    fixture: KubernetesFixture,
  ) => Promise<{ readonly url: string; end(): Promise<void> }>;
}

const SWITCHES = 100;
const CLIENTS = { clients: 5, gap: 4 };

/** One deployment through a real data plane, with everything that requests see of it. */
export function measured({
  host,
  router,
  objects,
  matches,
  isApart = false,
  isFragile = false,
  plane,
}: Plane): void {
  const { propagation = 0 } = ROUTERS.find((one) => one.kind === router.kind) ?? {};
  let url = GATEWAY;
  let endPlane = async () => {};
  let fixture: KubernetesFixture;
  let ground: KubeGround;
  let provider: Provider;
  let load: Load;
  let v1: Release;
  let v2: Release;
  const shares: RouterFigures['shares'][number][] = [];
  const [kind, object] = objects[0] as Plane['objects'][number];

  const split = (share: number) => ({ [v1.id]: 100 - share, [v2.id]: share });
  const route = (share: number, match: Match | null = null) =>
    fixture.do(provider, { kind: 'route', split: split(share), match });
  const specNow = async () =>
    (await fixture.get<KubeObject & { spec: JsonObject }>(kind, router.name))?.spec;

  beforeAll(async () => {
    fixture = await KubernetesFixture.withWeb({ replicas: 2 });
    for (const [of, body] of objects) await fixture.make(of, body);
    provider = await fixture.provider({ router, url: null });
    ground = groundOf(fixture.cluster, fixture.settings({ router }) as unknown as Connection);
    const own = await plane?.(fixture);
    if (own) [url, endPlane] = [own.url, () => own.end()];
    await fixture.gatewayUrl(host, url);
    load = Load.begin(url, { host, clients: 2, gap: 20 });
    v1 = (await fixture.before(provider)).live as Release;
    v2 = await fixture.release(provider, 'v2');
  });

  afterAll(async () => {
    await load?.end();
    await endPlane();
    await fixture?.close();
  });

  test('nothing stands in its way, and a candidate comes up without traffic', async () => {
    const start = { kind: 'start', release: v2, capacity: 100, weights: [1, 100] } as const;
    const found = await provider.review?.([start], await fixture.before(provider));
    expect(found?.refusals).toEqual([]);
    await fixture.do(provider, start);
    expect((await provider.observe()).split).toEqual({ [v1.id]: 100 });
    expect(Object.keys(load.countsSince())).toEqual(['v1']);
  });

  test.runIf(isFragile)(
    'a candidate that loses its pods before it has traffic hurts nobody',
    async () => {
      const name = (await fixture.names('deployments')).find((one) => one !== 'web') as string;
      await fixture.merge('deployments', name, { spec: { replicas: 0 } });
      await fixture.until('its pods are gone', async () => {
        const pods = await fixture.names('pods');
        return pods.every((pod) => !pod.startsWith(name));
      });
      const from = Date.now();
      await fixture.until(
        'the data plane has heard',
        async () => load.answers.filter(({ at }) => at > from).length > 100,
      );
      expect(load.failed).toEqual([]);
      await fixture.do(provider, { kind: 'scale', release: v2.id, capacity: 100 });
    },
  );

  test.each([1, 5, 25, 50, 99])('a weight of %i gets that share of the requests', async (share) => {
    await route(share);
    // When the data plane has taken it up is told nowhere, so the first counts may be mixed.
    let counts: Readonly<Record<string, number>> = {};
    const end = Date.now() + TAKEN_UP;
    while (Date.now() < end && chanceOf(counts, share / 100) < 0.001) {
      const asked = Load.begin(url, { host, ...CLIENTS, gap: 0 });
      await fixture.until('a thousand answers', async () => asked.answers.length >= 1000);
      await asked.end();
      counts = asked.countsSince();
      expect(asked.failed).toEqual([]);
    }
    const within = chanceOf(counts, share / 100) > 0.001;
    shares.push({ weight: share, seen: (counts.v2 ?? 0) / total(counts), within });
    expect(within, JSON.stringify(counts)).toBe(true);
  });

  test.runIf(matches.length > 0)(
    'what asks for it by name gets it, and nobody else does',
    async () => {
      for (const match of matches) {
        await route(0, { release: v2.id, ...match });
        expect((await provider.observe()).match).toEqual({ release: v2.id, ...match });
        const { header, cookie } = match;
        const pair = header ?? { name: 'cookie', value: `a=b; ${cookie?.name}=${cookie?.value}` };
        const ask = (value: string) =>
          Load.begin(url, { host, headers: { [pair.name]: value }, ...CLIENTS });
        const [asked, others] = [ask(pair.value), ask(`${pair.value}x`)];
        for (const [by, version] of [
          [asked, 'v2'],
          [others, 'v1'],
        ] as const)
          await fixture.until(`only ${version} answers`, async () => by.isOnly(version));
        const from = Date.now();
        await fixture.until(
          'a hundred answers more',
          async () => total(others.countsSince(from)) > 100,
        );
        await asked.end();
        await others.end();
        expect(Object.keys(asked.countsSince(from))).toEqual(['v2']);
        expect(Object.keys(others.countsSince(from))).toEqual(['v1']);
        expect([...asked.failed, ...others.failed]).toEqual([]);
      }
      await route(0);
    },
  );

  test(`${SWITCHES} switches under load lose no request, and how long old answers come is known`, async () => {
    const busy = Load.begin(url, { host, ...CLIENTS });
    const sight = await look(ground);
    const [side] = sight.sides.map(({ deployment }) => deployment.metadata.name);
    const late: number[] = [];
    for (let count = 0; count < SWITCHES; count += 1) {
      const [share, now, old] = count % 2 === 0 ? [100, 'v2', 'v1'] : [0, 'v1', 'v2'];
      const { fetched } = ground.router.read(await ground.router.fetch(), sight);
      const weights = { web: 100 - Number(share), [String(side)]: Number(share) };
      await ground.router.write(fetched, sight, { weights, key: `${count}`, isShift: true });
      const written = Date.now();
      const isOver = () =>
        busy.answers.slice(-12).every(({ version, at }) => version === now && at > written);
      for (const end = written + 30_000; !isOver() && Date.now() < end; ) await pause(10);
      expect(isOver()).toBe(true);
      late.push(Math.max(0, (busy.lastOf(old as string) ?? 0) - written));
    }
    await busy.end();
    late.sort((one, other) => one - other);
    await keepFigures({
      ...{ router: router.kind, shares, switches: SWITCHES, requests: busy.answers.length },
      ...{ failed: busy.failed.length, median: late[SWITCHES / 2] ?? 0, most: late.at(-1) ?? 0 },
    });
    const told = `${busy.answers.length} requests, 0 failed; last old answer after the write: median ${late[SWITCHES / 2]} ms, most ${late.at(-1)} ms`;
    console.log(`${router.kind}: ${SWITCHES} switches, ${told}; waited for: ${propagation} ms`);
    expect(busy.failed).toEqual([]);
    expect(late.at(-1)).toBeLessThan(propagation);
  });

  test('what becomes of an object that others delete and make anew is seen', async () => {
    await route(50);
    const operation = { kind: 'route', split: split(50), match: null } as const;
    const context = { ...(await fixture.occasion(provider)), wasDone: true } as const;
    expect(await provider.verify(operation, context)).toEqual({ state: 'done' });
    await fixture.remove(kind, router.name);
    expect(await provider.verify(operation, context)).toMatchObject({ state: 'diverged' });
    // Else its way back could be asked before the data plane has heard that it was away.
    await fixture.until('nothing answers', async () => load.answers.at(-1)?.status === 404);
    await fixture.make(kind, object);
    const state = isApart ? 'done' : 'diverged';
    expect(await provider.verify(operation, context)).toMatchObject({ state });
    await fixture.gatewayUrl(host, url);
    // While it was away, nothing could answer.
    await load.end();
    load = Load.begin(url, { host, clients: 2, gap: 20 });
    await route(0);
    await route(100);
  });

  test('in the end it says what the user wrote, and only the user’s objects are left', async () => {
    await fixture.do(provider, { kind: 'promote', release: v2.id });
    await fixture.do(provider, { kind: 'retire', release: v1.id, keeps: v2.id });
    expect(await specNow()).toMatchObject(object.spec);
    expect(JSON.stringify(await specNow())).not.toContain('dctl');
    expect(await fixture.names(kind)).toEqual([router.name]);
    expect(await fixture.names('deployments')).toEqual(['web']);
    expect(total(load.countsSince())).toBeGreaterThan(0);
    expect(load.failed).toEqual([]);
  });
}
