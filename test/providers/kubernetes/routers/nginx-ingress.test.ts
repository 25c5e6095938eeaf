import { describe, expect, test } from 'vitest';
import type { Match } from '../../../../src/contract/index.ts';
import { RouterFixture, view } from './fixture.ts';

const CANARY = 'web-dctl-2';
const at = (name: string) => `nginx.ingress.kubernetes.io/${name}`;
const ROUTER = { kind: 'nginxIngress', name: 'web' };
const known = { web: 100, [CANARY]: 0 };

const path = (of: string, service: string) => ({
  path: of,
  pathType: 'Prefix',
  backend: { service: { name: service, port: { name: 'http' } } },
});

const ingress = (more: object = {}) => ({
  metadata: { name: 'web', annotations: { [at('rewrite-target')]: '/' }, ...more },
  spec: {
    ingressClassName: 'nginx',
    tls: [{ hosts: ['web.test'], secretName: 'web' }],
    rules: [
      { host: 'web.test', http: { paths: [path('/', 'web'), path('/api', 'other')] } },
      { host: 'other.test', http: { paths: [path('/', 'other')] } },
    ],
  },
});

function stage(object: object = ingress()) {
  const fixture = new RouterFixture();
  fixture.put('ingresses', object);
  const annotations = () => fixture.get('ingresses', CANARY).metadata.annotations;
  return { desk: fixture, annotations, web: view(fixture, ROUTER) };
}

describe('an Ingress of ingress-nginx', () => {
  test('gets a second one beside it, with its hosts and paths that lead to the Service', async () => {
    const { desk: fixture, web, annotations } = stage();
    expect(await web.read()).toMatchObject({
      weights: { web: 100 },
      problem: null,
      names: ['web'],
    });
    await web.write({ weights: known, isShift: false });
    expect(fixture.get('ingresses', CANARY)).toMatchObject({
      metadata: {
        labels: { 'app.kubernetes.io/managed-by': 'deployctl', 'deployctl.dev/workload': 'web' },
      },
      spec: {
        ingressClassName: 'nginx',
        rules: [{ host: 'web.test', http: { paths: [path('/', CANARY)] } }],
      },
    });
    expect(annotations()).toEqual({ [at('canary')]: 'true', [at('canary-weight')]: '0' });
    expect(await web.read()).toMatchObject({ weights: known, routedAt: null, lag: null });
  });

  test('weights are whole percents, or thousandths', async () => {
    const { web, annotations } = stage();
    for (const [share, weight, total] of [
      [25, '25', undefined],
      [0.4, '4', '1000'],
      [100, '100', undefined],
    ] as const) {
      await web.write({ weights: { web: 100 - share, [CANARY]: share }, key: `d/${share}` });
      expect(annotations()).toMatchObject({ [at('canary-weight')]: weight });
      expect(annotations()?.[at('canary-weight-total')]).toBe(total);
      expect(await web.read()).toMatchObject({
        weights: { web: 100 - share, [CANARY]: share },
        operation: `d/${share}`,
        routedAt: 1000,
      });
    }
  });

  test.each<Omit<Match, 'release'>>([
    { header: { name: 'x-canary', value: 'yes' } },
    { cookie: { name: 'canary', value: 'always' } },
    { header: { name: 'x-canary', value: 'yes' }, cookie: { name: 'canary', value: 'always' } },
  ])('requests with %o have a way of their own', async (asked) => {
    const { web } = stage();
    expect(web.router.refuses?.(asked, null)).toBeNull();
    await web.write({ weights: known, match: { deployment: CANARY, ...asked } });
    expect((await web.read()).match).toEqual({ deployment: CANARY, ...asked });
    await web.write({ weights: { web: 50, [CANARY]: 50 } });
    expect((await web.read()).match).toEqual({ deployment: CANARY, ...asked });
    await web.write({ weights: { web: 50, [CANARY]: 50 }, match: null });
    expect((await web.read()).match).toBeNull();
  });

  test('a cookie with another value is refused, with the one that works', () => {
    const { web } = stage();
    expect(web.router.refuses?.({ cookie: { name: 'canary', value: 'yes' } }, null)).toContain(
      'value: always',
    );
  });

  test('the user’s own is never written, and in the end it is alone', async () => {
    const { desk: fixture, web } = stage();
    const before = fixture.get('ingresses', 'web');
    await web.write({ weights: { web: 50, [CANARY]: 50 } });
    await web.write({ weights: { web: 100 }, without: [CANARY], isShift: false });
    expect([...fixture.objects.keys()]).toEqual(['ingresses/web']);
    expect(fixture.get('ingresses', 'web')).toEqual(before);
  });

  test('a canary whose hosts and paths are others by now gets nothing, until they are given again', async () => {
    const { desk: fixture, web } = stage();
    await web.write({ weights: { web: 50, [CANARY]: 50 } });
    const moved = JSON.stringify(ingress()).replaceAll('"web.test"', '"shop.test"');
    fixture.put('ingresses', JSON.parse(moved));
    expect((await web.read()).weights).toEqual(known);
    await web.write({ weights: { web: 50, [CANARY]: 50 } });
    expect((await web.read()).weights).toEqual({ web: 50, [CANARY]: 50 });
  });

  test('where the user’s own is gone, nothing can serve', async () => {
    const { desk: fixture, web } = stage();
    await web.write({ weights: { web: 50, [CANARY]: 50 } });
    fixture.take('ingresses', 'web');
    expect(await web.read()).toMatchObject({ weights: null, problem: 'the Ingress is not there' });
  });

  test('what another deployment of the same user has beside it is none of its business', async () => {
    const { desk: fixture, web } = stage();
    const other = view(fixture, ROUTER, 'other');
    await web.write({ weights: { web: 50, [CANARY]: 50 } });
    await other.write({ weights: { other: 90, 'other-dctl-2': 10 } });
    expect(await web.read()).toMatchObject({ weights: { web: 50, [CANARY]: 50 }, problem: null });
    expect(await other.read()).toMatchObject({
      weights: { other: 90, 'other-dctl-2': 10 },
      problem: null,
    });
  });

  test('a canary of other hands has the only place', async () => {
    const { desk: fixture, web } = stage();
    const theirs = { name: 'theirs', annotations: { [at('canary')]: 'true' } };
    fixture.put('ingresses', { ...ingress(), metadata: theirs });
    expect((await web.read()).problem).toContain('the canary Ingress theirs');
  });

  test('there is no place for a second one of ours', async () => {
    const { web } = stage();
    await web.write({ weights: known });
    await expect(web.write({ weights: { web: 100, 'web-dctl-3': 0 } })).rejects.toMatchObject({
      failure: 'permanent',
      message: expect.stringContaining('one canary'),
    });
  });

  test('people are told that the controller has ended, and of clients that stay', async () => {
    const pinned = ingress({ annotations: { [at('affinity')]: 'cookie' } });
    const { notes = [] } = await stage(pinned).web.read();
    expect(notes.join()).toContain('no longer maintained');
    expect(notes.join()).toContain('by a cookie');
  });

  test('one that is a canary itself is not the one to name', async () => {
    const canary = ingress({ annotations: { [at('canary')]: 'true' } });
    expect((await stage(canary).web.read()).problem).toContain('a canary itself');
  });
});
