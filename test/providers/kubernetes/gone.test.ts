import { expect, test } from 'vitest';
import { sideName } from '../../../providers/kubernetes/marks.ts';
import { route } from '../../../providers/kubernetes/operations/route.ts';
import { httpRouteRouter } from '../../../providers/kubernetes/routers/http-route.ts';
import { doing, home, pods, release, sight } from './sights.ts';

const [v1, v2] = [release('v1'), release('v2')];
const SIDE = sideName('web', v2.id);
const stand = home({ replicas: 3, wants: v1, runs: [[v1, pods(3)]] });

const httpRoute = {
  metadata: { name: 'web', generation: 4 },
  spec: {
    rules: [
      {
        backendRefs: [
          { name: 'web', port: 80, weight: 50 },
          { name: SIDE, port: 80, weight: 50 },
        ],
      },
    ],
  },
};

/** A router for an HTTPRoute of a cluster that writes down what it is sent. */
function routed() {
  const what = doing();
  const { cluster, connection } = what.ground;
  const router = httpRouteRouter.open(cluster, connection, 'web');
  const scenery = { home: stand, sides: [], service: null, distinction: null };
  return { what, router, seen: sight(stand, { routing: router.read(httpRoute, scenery) }) };
}

test('a share of a Deployment that somebody removed is a failure, not a change to keep', () => {
  const { what, seen } = routed();
  const operation = { kind: 'route', split: { [v1.id]: 50, [v2.id]: 50 }, match: null } as const;
  const context = { ...what.context, wasDone: true as const };
  expect(route(operation, seen, { ...what, context })).toMatchObject({
    is: 'failed',
    words: expect.stringContaining(`${v2.id} had 50 % of the traffic`),
  });
});

test('what is gone leaves the route with the same write that gives the traffic back', async () => {
  const { what, router, seen } = routed();
  const operation = { kind: 'route', split: { [v1.id]: 100 }, match: null } as const;
  const move = route(operation, seen, { ...what, ground: { ...what.ground, router } });
  if (move.is !== 'act') throw new Error(move.is);
  await move.act();
  expect(what.sent[0]?.body).toContainEqual({
    op: 'replace',
    path: '/spec/rules/0/backendRefs',
    value: [{ name: 'web', port: 80, weight: 100 }],
  });
});
