import { expect, test } from 'vitest';
import { givenTargets } from '../../../providers/aws-alb/compute/targets.ts';
import { AlbProvider } from '../../../providers/aws-alb/provider.ts';

const ACCOUNT = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012';
const BLUE = `${ACCOUNT}:targetgroup/shop-blue/1`;
const GREEN = `${ACCOUNT}:targetgroup/shop-green/2`;
const LISTENER = `${ACCOUNT}:listener/app/shop/3/4`;
const at = {
  listener: LISTENER,
  rule: null,
  blue: BLUE,
  green: GREEN,
  url: 'http://shop.example.com',
  previewHeader: 'x-deployctl-release',
  allowSticky: false,
  propagation: 0,
  poll: 5_000,
};

const holding = (version: string) => ({
  'deployctl:release': `${version}-id`,
  'deployctl:version': version,
  'deployctl:units': '2',
  'deployctl:targets-0': `${version}-0:80 ${version}-1:80`,
  'deployctl:facts': '1000 0 5000 http://shop.example.com',
});

interface There {
  /** How the two targets of v1 are. */
  readonly blue?: string;
  readonly marks?: Readonly<Record<string, Record<string, string>>>;
  /** A rule by which others reach the second group with a header. */
  readonly header?: readonly [name: string, value: string];
}

/** v1 without traffic in the first group, v2 with all of it in the second; and every call that is made. */
function place({ blue = 'healthy', marks = {}, header }: There = {}) {
  const calls: string[] = [];
  const tags: Record<string, Record<string, string>> = {
    [BLUE]: holding('v1'),
    [GREEN]: holding('v2'),
    ...marks,
  };
  const weigh = (TargetGroupArn: string, Weight: number) => ({ TargetGroupArn, Weight });
  const forward = (...TargetGroups: object[]) => [
    { Type: 'forward', ForwardConfig: { TargetGroups } },
  ];
  const previewed = ([HttpHeaderName, value]: readonly [string, string]) => ({
    RuleArn: 'arn:rule',
    Priority: '50000',
    Conditions: [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName, Values: [value] } }],
    Actions: forward(weigh(GREEN, 1)),
  });
  const Rules = [
    ...(header ? [previewed(header)] : []),
    { IsDefault: true, Actions: forward(weigh(BLUE, 0), weigh(GREEN, 100)) },
  ];
  const sdk = {
    describeTargetGroupAttributes: () => ({ Attributes: [] }),
    describeTargetGroups: () => ({ TargetGroups: [] }),
    describeRules: () => ({ Rules }),
    describeTags: ({ ResourceArns }: { ResourceArns: string[] }) => ({
      TagDescriptions: ResourceArns.map((ResourceArn) => ({
        ResourceArn,
        Tags: Object.entries(tags[ResourceArn] ?? {}).map(([Key, Value]) => ({ Key, Value })),
      })),
    }),
    describeTargetHealth: ({ TargetGroupArn }: { TargetGroupArn: string }) => ({
      TargetHealthDescriptions: [0, 1].map((n) => ({
        Target: { Id: TargetGroupArn === BLUE ? `v1-${n}` : `v2-${n}`, Port: 80 },
        TargetHealth: { State: TargetGroupArn === BLUE ? blue : 'healthy' },
      })),
    }),
  };
  type Action = keyof typeof sdk;
  const spying = new Proxy(sdk, {
    get: (own, action: Action) => async (input: never) => {
      const group = Object.values(input as object)[0];
      calls.push(
        action === 'describeTargetHealth'
          ? `${action} ${group === BLUE ? 'blue' : 'green'}`
          : action,
      );
      return own[action](input);
    },
  });
  const ask = (call: (door: never, options: object) => Promise<unknown>) =>
    call(spying as never, {});
  const door = { calls: { read: ask, write: ask }, close: () => {} };
  const provider = new AlbProvider(at, { door: door as never, compute: givenTargets });
  return { provider, calls };
}

const ONE_LOOK = ['describeRules', 'describeTags', 'describeTargetHealth blue'];

test('whoever goes to one release asks for the rules, the marks and its targets, and for nothing else', async () => {
  const { provider, calls } = place();
  const { releases, live, split } = await provider.observe(undefined, ['v1-id']);
  expect(calls).toEqual(ONE_LOOK);
  expect({ live, split }).toEqual({ live: 'v2-id', split: { 'v1-id': 0, 'v2-id': 100 } });
  expect(releases.map(({ id, health, ready, capacity }) => [id, health, ready, capacity])).toEqual([
    ['v1-id', 'healthy', 2, 100],
    // Nobody has counted it, so nobody says how it is.
    ['v2-id', 'unknown', 0, null],
  ]);
  await provider.observe(undefined, ['v1-id']);
  expect(calls).toEqual(ONE_LOOK);
});

test('where that one is not well, the other group is asked, too', async () => {
  const { provider, calls } = place({ blue: 'unhealthy' });
  const { releases } = await provider.observe(undefined, ['v1-id']);
  expect(calls).toEqual([...ONE_LOOK, 'describeTargetHealth green']);
  expect(releases.map(({ ready }) => ready)).toEqual([0, 2]);
});

test('what a part was read for is not the whole, and not a part for another release', async () => {
  const { provider, calls } = place();
  await provider.observe(undefined, ['v1-id']);
  const { releases } = await provider.observe();
  expect(releases.map(({ ready }) => ready)).toEqual([2, 2]);
  const [parts, made] = [place(), calls.length];
  await parts.provider.observe(undefined, ['v1-id']);
  const other = await parts.provider.observe(undefined, ['v2-id']);
  expect(other.releases.map(({ health }) => health)).toEqual(['unknown', 'healthy']);
  await provider.observe(undefined, ['v1-id']);
  expect(calls).toHaveLength(made);
});

test('a group that does not say what it holds is asked for its targets', async () => {
  const { provider, calls } = place({ marks: { [GREEN]: {} } });
  const { releases } = await provider.observe(undefined, ['v1-id']);
  expect(calls.filter((call) => call.startsWith('describeTargetHealth'))).toHaveLength(2);
  expect(releases.map(({ health }) => health)).toEqual(['healthy', 'healthy']);
});

test('a rule that says itself whom it previews costs no question, any other one does', async () => {
  const own = place({ header: ['x-deployctl-release', 'v2-id'] });
  await own.provider.observe(undefined, ['v1-id']);
  expect(own.calls).toEqual(ONE_LOOK);
  const { signal } = new AbortController();
  expect(await own.provider.access.reach('v2-id', signal)).toMatchObject({
    headers: { 'x-deployctl-release': 'v2-id' },
  });
  const role = { 'deployctl:role': 'match', 'deployctl:release': 'v2-id' };
  const other = place({ header: ['x-beta', 'yes'], marks: { 'arn:rule': role } });
  const { match } = await other.provider.observe(undefined, ['v1-id']);
  expect(match).toEqual({ release: 'v2-id', header: { name: 'x-beta', value: 'yes' } });
  expect(other.calls.filter((call) => call === 'describeTags')).toHaveLength(2);
});
