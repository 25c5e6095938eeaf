import {
  AddTagsCommand,
  CreateRuleCommand,
  DescribeTagsCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Bed } from './bed/bed.ts';
import { CHECKS } from './bed/checks/index.ts';
import { forward, Hands } from './bed/hands.ts';
import { makeNetwork, type Network } from './bed/network.ts';

let bed: Bed;
let hands: Hands;
const client = () => bed.client();

beforeAll(async () => {
  bed = await Bed.open();
  hands = new Hands(bed.client());
});
afterAll(() => bed.close());

/** One call per check, which the API server alone would have taken. */
const REFUSED: readonly [
  code: string,
  call: (network: Network, other: Network) => Promise<unknown>,
][] = [
  ['ValidationError', (network) => hands.weigh(network, [1_000, 0])],
  ['InvalidLoadBalancerAction', (network) => hands.weigh(network, [1])],
  [
    'TooManyTargetGroups',
    (network) => {
      const six = Array.from({ length: 6 }, () => network.groups[0] ?? '');
      return hands.weigh({ ...network, groups: six }, [1, 1, 1, 1, 1, 1]);
    },
  ],
  [
    'TargetGroupNotFound',
    (network) => hands.weigh({ ...network, groups: ['arn:x', 'arn:y'] }, [1, 1]),
  ],
  [
    'TargetGroupAssociationLimit',
    (network, other) => hands.weigh({ ...network, groups: other.groups.slice(0, 1) }, [1]),
  ],
  [
    'InvalidLoadBalancerAction',
    ({ listener, groups }) =>
      client().send(
        new ModifyListenerCommand({
          ListenerArn: listener,
          DefaultActions: [{ ...forward(groups, [1, 1]), TargetGroupArn: groups[0] }],
        }),
      ),
  ],
  [
    'InvalidLoadBalancerAction',
    (network) => hands.weigh(network, [1, 1], { TargetGroupStickinessConfig: { Enabled: true } }),
  ],
  [
    'InvalidLoadBalancerAction',
    ({ listener, groups }) =>
      client().send(
        new ModifyListenerCommand({
          ListenerArn: listener,
          DefaultActions: [forward(groups, [1, 1]), forward(groups, [1, 1])],
        }),
      ),
  ],
  [
    'InvalidLoadBalancerAction',
    ({ listener, groups }) =>
      client().send(
        new ModifyListenerCommand({
          ListenerArn: listener,
          DefaultActions: [
            {
              Type: 'authenticate-cognito',
              Order: 1,
              AuthenticateCognitoConfig: {
                UserPoolArn: 'a',
                UserPoolClientId: 'b',
                UserPoolDomain: 'c',
              },
            },
            { ...forward(groups, [1, 1]), Order: 2 },
          ],
        }),
      ),
  ],
  [
    'OperationNotPermitted',
    ({ listener, groups }) => {
      const rule = bed.world.listeners.get(listener)?.rules.at(-1)?.RuleArn;
      return client().send(
        new ModifyRuleCommand({ RuleArn: rule, Actions: [forward(groups, [1, 1])] }),
      );
    },
  ],
  [
    'RuleNotFound',
    ({ groups }) =>
      client().send(
        new ModifyRuleCommand({ RuleArn: 'arn:none', Actions: [forward(groups, [1, 1])] }),
      ),
  ],
  ['ValidationError', (network) => rule(network, { priority: 60_000 })],
  ['ValidationError', (network) => rule(network, { header: 'Host' })],
  [
    'TooManyConditionValues',
    (network) => rule(network, { values: ['1', '2', '3', '4', '5', '6'] }),
  ],
  ['ValidationError', (network) => rule(network, { conditions: 0 })],
  ['ValidationError', ({ groups }) => attribute(groups[0], 'slow_start.duration_seconds', '5')],
  [
    'ValidationError',
    ({ groups }) => attribute(groups[0], 'deregistration_delay.timeout_seconds', '3601'),
  ],
  ['ValidationError', ({ groups }) => target(groups[0], 'web-1', 80)],
  ['ValidationError', ({ groups }) => target(groups[0], '127.0.0.1', 70_000)],
  ['ValidationError', ({ listener }) => tag(listener, 'a', '{"json":1}')],
  ['ValidationError', ({ listener }) => tag(listener, 'aws:mine', 'x')],
  // Of several one that is not there is enough, whatever the others are.
  ['ListenerNotFound', ({ listener }) => tagsOf(listener, deleted(listener))],
  ['TargetGroupNotFound', ({ groups: [group = ''] }) => tagsOf(group, deleted(group))],
  [
    'RuleNotFound',
    ({ listener }) =>
      tagsOf(listener, deleted(`${listener.replace(':listener/', ':listener-rule/')}/0`)),
  ],
];

const rule = (
  { listener, groups }: Network,
  { priority = 1, header = 'X-A', values = ['1'], conditions = 1 },
) =>
  client().send(
    new CreateRuleCommand({
      ListenerArn: listener,
      Priority: priority,
      Conditions: Array.from({ length: conditions }, () => ({
        Field: 'http-header',
        HttpHeaderConfig: { HttpHeaderName: header, Values: values },
      })),
      Actions: [forward(groups, [1, 1])],
    }),
  );
const attribute = (TargetGroupArn: string | undefined, Key: string, Value: string) =>
  client().send(
    new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: [{ Key, Value }] }),
  );
const target = (TargetGroupArn: string | undefined, Id: string, Port: number) =>
  client().send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id, Port }] }));
const tagsOf = (...ResourceArns: string[]) =>
  client().send(new DescribeTagsCommand({ ResourceArns }));
/** The ARN of one that was there once. */
const deleted = (arn: string) => arn.replace(/\w+$/, '0123456789abcdef');
const tag = (arn: string, Key: string, Value: string) =>
  client().send(new AddTagsCommand({ ResourceArns: [arn], Tags: [{ Key, Value }] }));

test('what AWS refuses is refused, whatever the API server behind would take', async () => {
  const [network, other] = [await makeNetwork(bed), await makeNetwork(bed)];
  const told: string[] = [];
  for (const [code, call] of REFUSED)
    told.push(
      await call(network, other).then(
        () => `${code}: taken`,
        ({ message, name }) =>
          `${name === code || name === `${code}Exception` ? 'as AWS' : name} ${message}`,
      ),
    );
  expect(told.filter((one) => !one.startsWith('as AWS'))).toEqual([]);
  expect(CHECKS.every(({ says, page }) => says !== '' && page !== '')).toBe(true);
});
