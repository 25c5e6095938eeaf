import { expect, test } from 'vitest';
import { RouterFixture, view } from './fixture.ts';

const condition = (type: string, status = 'True', more: object = {}) => ({
  type,
  status,
  reason: type,
  message: `${type} is ${status}`,
  ...more,
});

const GATEWAY = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'web' };
const MESH = { group: '', kind: 'Service', name: 'web', port: 80 };

/** What the route says, with this said by whom it is attached to. */
async function routingOf(parentRefs: readonly object[], parents: readonly object[]) {
  const fixture = new RouterFixture();
  fixture.put('httproutes', {
    metadata: { name: 'web', generation: 3 },
    spec: { parentRefs, rules: [{ backendRefs: [{ name: 'web', port: 80, weight: 1 }] }] },
    status: { parents },
  });
  return view(fixture, { kind: 'httpRoute', name: 'web' }).read();
}

/** The same to those who wait. */
const lagOf = async (...said: Parameters<typeof routingOf>) => (await routingOf(...said)).lag;
const denialOf = async (...said: Parameters<typeof routingOf>) => (await routingOf(...said)).denial;

const both = (more: object = {}) => [
  condition('Accepted', 'True', more),
  condition('ResolvedRefs', 'True', more),
];

test('a Gateway that has seen the present form is done', async () => {
  const conditions = both({ observedGeneration: 3 });
  expect(await lagOf([GATEWAY], [{ parentRef: GATEWAY, conditions }])).toBeNull();
});

test('one that has seen an older form, or none yet, is waited for', async () => {
  const conditions = both({ observedGeneration: 2 });
  expect(await lagOf([GATEWAY], [{ parentRef: GATEWAY, conditions }])).toBe(
    'Gateway web has not taken up the route yet',
  );
  expect(await lagOf([GATEWAY], [])).toBe('a Gateway has not taken up the route yet');
});

test('each of several must have taken it up', async () => {
  const conditions = both({ observedGeneration: 3 });
  const second = { ...GATEWAY, name: 'inner' };
  const late = { parentRef: second, conditions: [condition('Accepted', 'False')] };
  expect(await lagOf([GATEWAY, second], [{ parentRef: GATEWAY, conditions }, late])).toBe(
    'Gateway inner: Accepted is False: Accepted is False',
  );
});

test('Linkerd serves a route whose parent is the Service, and never says which form it has seen', async () => {
  const parents = [
    { parentRef: MESH, controllerName: 'linkerd.io/policy-controller', conditions: both() },
  ];
  expect(await lagOf([MESH], parents)).toBeNull();
  const broken = [
    { parentRef: MESH, conditions: [condition('Accepted'), condition('ResolvedRefs', 'False')] },
  ];
  expect(await lagOf([MESH], broken)).toBe(
    'Service web: ResolvedRefs is False: ResolvedRefs is False',
  );
});

test('a no to the present form is told before anything is begun, and one to an older form is not', async () => {
  const said = (observedGeneration: number) => [
    condition('Accepted', 'True', { observedGeneration }),
    condition('ResolvedRefs', 'False', { observedGeneration }),
  ];
  const denied = (generation: number) =>
    denialOf([GATEWAY], [{ parentRef: GATEWAY, conditions: said(generation) }]);
  expect(await denied(3)).toBe('Gateway web: ResolvedRefs is False: ResolvedRefs is False');
  expect(await denied(2)).toBeNull();
  expect(await denialOf([GATEWAY], [])).toBeNull();
});
