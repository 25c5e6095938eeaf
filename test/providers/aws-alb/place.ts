import { givenTargets } from '../../../providers/aws-alb/compute/targets.ts';
import { AlbProvider } from '../../../providers/aws-alb/provider.ts';
import { ProviderError } from '../../../src/contract/index.ts';

const ACCOUNT = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012';
export const BLUE = `${ACCOUNT}:targetgroup/shop-blue/1`;
export const GREEN = `${ACCOUNT}:targetgroup/shop-green/2`;
export const THIRD = `${ACCOUNT}:targetgroup/shop-red/9`;
export const LISTENER = `${ACCOUNT}:listener/app/shop/3/4`;
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

const KINDS = [
  [/:listener\//, 'Listener'],
  [/:listener-rule\//, 'Rule'],
] as const;

const holding = (version: string) => ({
  'deployctl:release': `${version}-id`,
  'deployctl:version': version,
  'deployctl:units': '2',
  'deployctl:targets-0': `${version}-0:80 ${version}-1:80`,
  'deployctl:facts': '1000 0 5000 http://shop.example.com',
});

export interface There {
  /** The rule that the config names, which is not in the list of the listener. */
  readonly rule?: string;
  /** ARNs that AWS does not know: a list of rules of one of them, its tags and its targets are refused. */
  readonly gone?: readonly string[];
  /** Groups whose targets alone are refused. */
  readonly unseen?: readonly string[];
  /** How the two targets of v1 are. */
  readonly blue?: string;
  readonly marks?: Readonly<Record<string, Record<string, string>>>;
  /** A rule by which others reach the second group with a header. */
  readonly header?: readonly [name: string, value: string];
  readonly propagation?: number;
  /** Weights of the two groups, and of a third one that the config does not name. */
  readonly weights?: readonly [blue: number, green: number, third?: number];
  /** What users have to pass before the action forwards them. */
  readonly guard?: object;
  /** How many of the two targets of v2 are registered. */
  readonly registered?: number;
  /** So many rules of others, the first priorities of the listener. */
  readonly others?: number;
}

/** v1 without traffic in the first group, v2 with all of it in the second; and every call that is made. */
export function place({ blue = 'healthy', marks = {}, header, others = 0, ...there }: There = {}) {
  const { rule = null, gone = [], unseen = [], propagation = 0 } = there;
  const { weights = [0, 100], guard, registered = 2 } = there;
  const [ofBlue, ofGreen, ofThird] = weights;
  const calls: string[] = [];
  const sent: { readonly action: string; readonly input: object }[] = [];
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
    ...Array.from({ length: others }, (_, index) => ({
      RuleArn: `arn:other-${index}`,
      Priority: String(index + 1),
      Actions: [{ Type: 'fixed-response' }],
    })),
    ...(header ? [previewed(header)] : []),
    {
      IsDefault: true,
      Actions: [
        ...(guard ? [guard] : []),
        ...forward(
          weigh(BLUE, ofBlue),
          weigh(GREEN, ofGreen),
          ...(ofThird === undefined ? [] : [weigh(THIRD, ofThird)]),
        ),
      ],
    },
  ];
  const known = (...arns: readonly string[]) => {
    const missing = arns.find((arn) => gone.includes(arn));
    if (!missing) return;
    const [, what = 'TargetGroup'] = KINDS.find(([kind]) => kind.test(missing)) ?? [];
    refuse(what);
  };
  const refuse = (what: string) => {
    const cause = { name: `${what}NotFoundException` };
    throw new ProviderError('permanent', `AWS answers ${what}NotFound`, { cause });
  };
  const sdk = {
    describeTargetGroupAttributes: () => ({ Attributes: [] }),
    describeTargetGroups: () => ({ TargetGroups: [] }),
    describeRules: ({ ListenerArn }: { ListenerArn: string }) => {
      known(ListenerArn);
      return { Rules };
    },
    describeListeners: () => ({ Listeners: [] }),
    describeAccountLimits: () => ({ Limits: [] }),
    describeTags: ({ ResourceArns }: { ResourceArns: string[] }) => {
      known(...ResourceArns);
      return {
        TagDescriptions: ResourceArns.map((ResourceArn) => ({
          ResourceArn,
          Tags: Object.entries(tags[ResourceArn] ?? {}).map(([Key, Value]) => ({ Key, Value })),
        })),
      };
    },
    describeTargetHealth: ({ TargetGroupArn }: { TargetGroupArn: string }) => {
      known(TargetGroupArn);
      if (unseen.includes(TargetGroupArn)) refuse('TargetGroup');
      return {
        TargetHealthDescriptions: (TargetGroupArn === GREEN
          ? [0, 1].slice(0, registered)
          : [0, 1]
        ).map((n) => ({
          Target: { Id: TargetGroupArn === BLUE ? `v1-${n}` : `v2-${n}`, Port: 80 },
          TargetHealth: { State: TargetGroupArn === BLUE ? blue : 'healthy' },
        })),
      };
    },
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
      if (own[action]) return own[action](input);
      sent.push({ action, input });
      return {};
    },
  });
  const ask = (call: (door: never, options: object) => Promise<unknown>) =>
    call(spying as never, {});
  const door = { calls: { read: ask, write: ask }, close: () => {} };
  const provider = new AlbProvider(
    { ...at, rule, propagation },
    { door: door as never, compute: givenTargets },
  );
  return { provider, calls, sent };
}
