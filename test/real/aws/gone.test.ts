import { expect, test } from 'vitest';
import { groupName } from '../../../providers/aws-alb/arn.ts';
import type { DeployEvent } from '../../../src/contract/index.ts';
import { byBoto } from './bed/boto.ts';
import { isRead } from './bed/call.ts';
import { shares } from './bed/hands.ts';
import { makeGroup, makeRule } from './bed/network.ts';
import { useScene } from './bed/scene.ts';

/** A service with a rule of its own, in an account where others work, too. */
const scene = useScene({ byRule: true });

/** Ms for which a person may be left without an answer; the time limit of the step is ten minutes. */
const BOUND = 60_000;

const isBegun = (kind: string) => (event: DeployEvent) =>
  event.type === 'step-begun' && event.data.step.action.kind === kind;

const GONE = {
  rule: () => {
    const { rule } = scene.fixture.network;
    const call = ['elbv2', 'delete_rule', { RuleArn: rule }] as const;
    return { call, told: `the rule ${rule} does not exist any more: somebody deleted it` };
  },
  listener: () => {
    const { listener } = scene.fixture.network;
    const call = ['elbv2', 'delete_listener', { ListenerArn: listener }] as const;
    return { call, told: `the listener ${listener} does not exist any more: somebody deleted it` };
  },
};

/** A canary whose holder has died while half of the traffic went to it. */
async function left(): Promise<void> {
  const run = scene.shop.deploy(await scene.fixture.fleet('v2'));
  run.killAt(isBegun('hold'));
  await run.ended;
}

test.each([
  ['rule', 'route'],
  ['rule', 'retire'],
  ['listener', 'route'],
  ['listener', 'retire'],
] as const)(
  'a %s that another program deletes when the way back begins to %s is told by its name, and soon',
  async (what, kind) => {
    await left();
    const { call, told } = GONE[what]();
    const back = scene.shop.start('rollback', '--yes', '--output', 'json');
    await Promise.race([back.when(isBegun(kind)), back.ended]);
    back.child.kill('SIGSTOP');
    await byBoto(scene.bed, call);
    const from = performance.now();
    back.child.kill('SIGCONT');
    const { code, stdout, stderr } = await back.ended;
    expect(performance.now() - from).toBeLessThan(BOUND);
    expect(code, stdout + stderr).toBe(4);
    expect(stdout + stderr).toContain(told);
  },
);

test('what is told after a rule was deleted brings the service back, and lets the next release in', async () => {
  const { bed, shop, fixture: stage } = scene;
  const { listener, groups, url } = stage.network;
  await left();
  await byBoto(bed, GONE.rule().call);
  // The default action of the listener answers, as the sentence says.
  expect(await shares(url, 5)).toEqual({ 404: 5 });
  const { code, stdout, stderr } = await shop.run('rollback', '--yes');
  expect(code, stdout + stderr).toBe(4);
  expect(stdout + stderr).toMatch(/Create a rule that forwards to shop-\d+-blue, put its ARN/);
  const status = await shop.run('status');
  expect(status.stdout + status.stderr).toContain(GONE.rule().told);
  const again = (await makeRule(bed, listener, groups[0])) ?? '';
  await bed.refresh();
  expect(await shares(url, 5)).toEqual({ v1: 5 });
  await shop.rewrite((config) => config.replace(stage.network.rule ?? 'none', again));
  const found = await shop.run('status');
  expect(found.stdout).toMatch(/shop-\d+-blue +100 % +live/);
  await scene.well(shop.deploy(await stage.fleet('v3'), '--set', 'canary.duration=1s'));
  expect(await shares(url, 10)).toEqual({ v3: 10 });
});

test('a rule that is deleted after the end is told before anything of a rollback begins', async () => {
  const { bed, shop, fixture: stage } = scene;
  const quick = ['--strategy', 'blue-green', '--set', 'defaults.retire.after=next'];
  await scene.well(shop.deploy(await stage.fleet('v2'), ...quick));
  const { call, told } = GONE.rule();
  await byBoto(bed, call);
  const before = bed.front.calls.length;
  const [group = ''] = stage.network.groups;
  for (const to of [[], ['--to', groupName(group)]]) {
    const { code, stdout, stderr } = await shop.run('rollback', '--yes', ...to);
    expect(code, stdout + stderr).toBe(to.length === 0 ? 7 : 2);
    expect(stdout + stderr).toContain(told);
  }
  const { stdout } = await shop.run('status');
  expect(stdout).toContain(told);
  expect(bed.front.calls.slice(before).filter(({ call: made }) => !isRead(made))).toEqual([]);
});

test('a group that another program deletes is told with what moves the service into another one', async () => {
  const { bed, shop, fixture: stage } = scene;
  const { rule, groups, url } = stage.network;
  const [blue = '', green = ''] = groups;
  await left();
  const Actions = [{ Type: 'forward', TargetGroupArn: green }];
  await byBoto(bed, ['elbv2', 'modify_rule', { RuleArn: rule, Actions }]);
  await byBoto(bed, ['elbv2', 'delete_target_group', { TargetGroupArn: blue }]);
  const from = performance.now();
  const { code, stdout, stderr } = await shop.run('rollback', '--yes');
  expect(performance.now() - from).toBeLessThan(BOUND);
  expect(code, stdout + stderr).toBe(4);
  expect(stdout + stderr).toContain(`the target group ${blue} does not exist any more`);
  expect(stdout + stderr).toContain('run deployctl deploy --supersede cancel-older');
  const other = await makeGroup(bed, `${groupName(blue)}-again`, { drain: 1, takes: 'ip' });
  await bed.refresh();
  await shop.rewrite((config) => config.replace(blue, other));
  const run = shop.deploy(
    await stage.fleet('v3'),
    '--supersede',
    'cancel-older',
    '--set',
    'canary.duration=1s',
  );
  // First it brings v1 up in the new group, and takes v2 off the traffic.
  await scene.well(run);
  expect(await shares(url, 10)).toEqual({ v3: 10 });
});
