import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICE_PROPAGATION } from '../../../../providers/kubernetes/routers/index.ts';
import type { Provider, Release } from '../../../../src/contract/index.ts';
import { KubernetesFixture } from '../fixture.ts';
import { onCluster } from '../ground.ts';
import { Load } from '../load.ts';
import { keepFigures } from './figures.ts';

const SWITCHES = 100;
/** Of all connections that are made anew: the kernel takes over rules of kube-proxy now and then in between. */
const REFUSED_SHARE = 0.005;

onCluster('blue-green by the selector of a Service, through kube-proxy', () => {
  let fixture: KubernetesFixture;
  let provider: Provider;
  let v2: Release;
  let url: string;

  beforeAll(async () => {
    fixture = await KubernetesFixture.withWeb({ replicas: 2 });
    provider = await fixture.provider();
    v2 = await fixture.release(provider, 'v2');
    url = await fixture.nodeUrl();
    await fixture.do(provider, { kind: 'start', release: v2, capacity: 100, weights: [100] });
  });

  afterAll(() => fixture?.close());

  test(`${SWITCHES} switches lose no request on kept connections, and how long old answers come to new ones is known`, async () => {
    const kept = Load.begin(url, { clients: 4, gap: 15 });
    const fresh = Load.begin(url, { clients: 2, gap: 15, fresh: true });
    const web = await fixture.get<{ metadata: { name: string }; spec: { selector: Selector } }>(
      'services',
      'web',
    );
    const old = web?.spec.selector ?? {};
    const [side] = (await fixture.names('deployments')).filter((name) => name !== 'web');
    const late: number[] = [];
    for (let count = 0; count < SWITCHES; count += 1) {
      const [app, now, before] = count % 2 === 0 ? [side, 'v2', 'v1'] : [old.app, 'v1', 'v2'];
      await fixture.merge('services', 'web', { spec: { selector: { ...old, app: app ?? '' } } });
      const written = Date.now();
      const isOver = () =>
        fresh.answers.slice(-8).every(({ version, at }) => version === now && at > written);
      for (const end = written + 30_000; !isOver() && Date.now() < end; ) await pause(10);
      expect(isOver()).toBe(true);
      late.push(Math.max(0, (fresh.lastOf(before as string) ?? 0) - written));
    }
    await Promise.all([kept.end(), fresh.end()]);
    late.sort((one, other) => one - other);
    const count = kept.answers.length + fresh.answers.length;
    await keepFigures({
      ...{ router: 'service', shares: [], switches: SWITCHES, requests: count },
      ...{ failed: kept.failed.length, median: late[SWITCHES / 2] ?? 0, most: late.at(-1) ?? 0 },
    });
    console.log(
      `service: ${SWITCHES} switches, ${count} requests; last old answer on a new connection: median ${late[SWITCHES / 2]} ms, most ${late.at(-1)} ms; waited for: ${SERVICE_PROPAGATION} ms`,
    );
    expect(kept.failed).toEqual([]);
    expect(late.at(-1)).toBeLessThan(SERVICE_PROPAGATION);
    const lost = fresh.answers.filter(({ status }) => status !== 200);
    expect(lost.filter(({ trouble }) => trouble !== 'ECONNREFUSED')).toEqual([]);
    expect(lost.length).toBeLessThan(Math.max(3, fresh.answers.length * REFUSED_SHARE));
  });
});

type Selector = Readonly<Record<string, string>>;
