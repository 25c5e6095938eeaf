import {
  type Action,
  CreateListenerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { isRead } from './bed/call.ts';
import { KEY } from './bed/fixture.ts';
import { forward } from './bed/hands.ts';
import { Ledger } from './bed/ledger.ts';
import { makeNetwork } from './bed/network.ts';
import { useScene } from './bed/scene.ts';

/** A service with a rule of its own: its priority is 10. */
const scene = useScene({ byRule: true });

const NOBODY: Action[] = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }];

/** Rules of others, each for a path of its own. */
async function fillUp(ListenerArn: string, priorities: readonly number[]): Promise<void> {
  const { raw } = scene.bed;
  for (const Priority of priorities) {
    const Conditions = [{ Field: 'path-pattern', Values: [`/other-${Priority}/*`] }];
    await raw.send(new CreateRuleCommand({ ListenerArn, Priority, Conditions, Actions: NOBODY }));
  }
  await scene.bed.refresh();
}

const numbers = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => from + index);

/** What the account is like, and what a plan says of it. */
const FULL: readonly [what: string, make: () => Promise<unknown>, told: RegExp][] = [
  [
    'an action that names five target groups, and not both of ours',
    async () => {
      const { bed, fixture: stage } = scene;
      const [blue = ''] = stage.network.groups;
      const VpcId = bed.world.groups.get(blue)?.settings.VpcId;
      const asked = { Protocol: 'HTTP', Port: 80, VpcId, TargetType: 'ip' } as const;
      const others = numbers(1, 4).map(async (number) => {
        const given = new CreateTargetGroupCommand({ Name: `other-${number}`, ...asked });
        return (await bed.raw.send(given)).TargetGroups?.[0]?.TargetGroupArn ?? '';
      });
      const Actions = [forward([blue, ...(await Promise.all(others))], [1, 0, 0, 0, 0])];
      await bed.refresh();
      await bed
        .client()
        .send(new ModifyRuleCommand({ RuleArn: stage.network.rule ?? '', Actions }));
    },
    /an action forwards to at most 5 groups/,
  ],
  [
    'a group that another load balancer has',
    async () => {
      const { bed, fixture: stage } = scene;
      const { loadBalancer } = await makeNetwork(bed);
      const DefaultActions = [forward(stage.network.groups.slice(1), [1])];
      const given = { LoadBalancerArn: loadBalancer, Protocol: 'HTTP', Port: 8080 } as const;
      await bed.client().send(new CreateListenerCommand({ ...given, DefaultActions }));
    },
    /the target group shop-\d+-green belongs to another load balancer: arn:/,
  ],
  [
    'no priority that is free before the rule of the service',
    () => fillUp(scene.fixture.network.listener, numbers(1, 9)),
    /no priority is free before rule 10, .* renumber the rules of the listener/,
  ],
  [
    'as many rules on all of its listeners as AWS allows',
    async () => {
      const { bed, fixture: stage } = scene;
      const { loadBalancer, listener } = stage.network;
      const given = { LoadBalancerArn: loadBalancer, Protocol: 'HTTP', Port: 8080 } as const;
      const { Listeners: [second] = [] } = await bed.raw.send(
        new CreateListenerCommand({ ...given, DefaultActions: NOBODY }),
      );
      await fillUp(second?.ListenerArn ?? '', numbers(1, 50));
      await fillUp(listener, numbers(100, 49));
    },
    /the load balancer has 100 rules, and one more is needed, but AWS allows 100: delete rules/,
  ],
];

test.each(FULL)(
  '%s is told when it is planned, before anything is written',
  async (_, make, told) => {
    const { bed, shop, fixture: stage } = scene;
    await make();
    const ledger = new Ledger(bed, stage.network);
    const run = shop.deploy(await stage.fleet('v2'));
    await scene.well(run, 2);
    const { stdout, stderr } = await run.ended;
    expect(stdout + stderr).toMatch(told);
    const written = ledger.calls.filter(({ call }) => !isRead(call)).map(({ call }) => call.action);
    expect(written).toEqual([]);
  },
);

test('whether an account may have more rules is a note where that may not be read', async () => {
  const { bed, fixture: stage } = scene;
  await fillUp(stage.network.listener, numbers(100, 99));
  const reads = ['Rules', 'Tags', 'TargetGroups', 'TargetHealth', 'TargetGroupAttributes'];
  bed.credentials.allowOnly(
    KEY,
    reads.map((what) => `elasticloadbalancing:Describe${what}`),
  );
  const release = await stage.release('v2');
  const start = { kind: 'start', release, capacity: 100, weights: [] } as const;
  const before = { live: null, split: null, units: 0 };
  const seen = await stage.provider.review?.([start], before);
  expect(seen?.refusals).toEqual([]);
  expect(seen?.notes.join()).toContain('the load balancer has 100 rules, and one more is needed');
});
