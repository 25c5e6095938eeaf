import { expect, test } from 'vitest';
import { asking, sending } from '../../helpers/calls.ts';
import { BLUE, GREEN, place, THIRD } from './place.ts';

const route = (split: Record<string, number>) => ({ kind: 'route', split, match: null }) as const;
const release = (version: string) => ({
  id: `${version}-id`,
  version,
  artifact: `version:${version}`,
  spec: { compute: 'targets', targets: [`${version}-0:80`, `${version}-1:80`] },
});
const start = (version: string) =>
  ({ kind: 'start', release: release(version), capacity: 100, weights: [] }) as const;
const never = new AbortController().signal;

test('a group of others in the action keeps its place there, and with weight it is a reason to refuse', async () => {
  const idle = place({ weights: [0, 100, 0] });
  expect((await idle.provider.observe()).owner).toBeNull();
  await idle.provider.apply(route({ 'v1-id': 100 }), sending('d1/route'));
  const [change] = idle.sent;
  const TargetGroups = [
    { TargetGroupArn: BLUE, Weight: 100 },
    { TargetGroupArn: GREEN, Weight: 0 },
    { TargetGroupArn: THIRD, Weight: 0 },
  ];
  expect(change).toMatchObject({
    action: 'modifyListener',
    input: { DefaultActions: [{ ForwardConfig: { TargetGroups } }] },
  });
  const serving = await place({ weights: [0, 90, 10] }).provider.observe();
  expect(serving.owner).toContain('shop-red, which the config does not name, has weight 10');
});

test('whoever must sign in for the service must do so for the preview of a release', async () => {
  const guard = { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: { Issuer: 'x' } };
  const { provider, sent } = place({ guard });
  await provider.apply(start('v2'), sending('d1/start'));
  const made = sent.find(({ action }) => action === 'createRule');
  expect(made?.input).toMatchObject({
    Actions: [guard, { Type: 'forward', TargetGroupArn: GREEN }],
  });
});

test('capacity is a share of the whole release, not of what is registered of it', async () => {
  const { releases } = await place({ registered: 1 }).provider.observe();
  expect(releases.find(({ id }) => id === 'v2-id')).toMatchObject({
    ready: 1,
    capacity: 50,
    health: 'degraded',
  });
});

test('without a rule for its header a release is reached by its address only while it alone answers there', async () => {
  const reach = (weights: readonly [number, number]) =>
    place({ weights }).provider.access.reach('v2-id', never);
  expect(await reach([50, 50])).toBeNull();
  expect(await reach([0, 100])).toMatchObject({ url: 'http://shop.example.com', headers: {} });
});

test('a release takes no group that another one still holds, and nothing is written', async () => {
  const { provider, sent } = place();
  const asked = provider.apply(start('v3'), sending('d1/start'));
  await expect(asked).rejects.toThrow('shop-blue still holds v1, so that there is no room for v3');
  expect(sent).toEqual([]);
  expect((await provider.verify(start('v3'), asking('d1/start'))).state).toBe('pending');
});

test('a release with traffic is not removed beside one that stays, and nothing is written', async () => {
  const { provider, sent } = place();
  const retire = { kind: 'retire', release: 'v2-id', keeps: 'v1-id' } as const;
  await expect(provider.apply(retire, sending('d1/retire'))).rejects.toThrow('still has traffic');
  expect(sent).toEqual([]);
});
