import { expect, test } from 'vitest';
import type { DeployEvent } from '../../../src/contract/index.ts';
import { load } from '../../providers/local/load.ts';
import type { Run } from '../fixture.ts';
import { byBoto } from './bed/boto.ts';
import { shares } from './bed/hands.ts';
import { useScene } from './bed/scene.ts';

/** A service with a rule of its own, in an account where others work, too. */
const scene = useScene({ propagation: 300, pause: 10, byRule: true });

const isRouted = (event: DeployEvent) => event.type === 'routed';
const LONG = ['--set', 'canary.duration=60s'];

/** A canary that has got its first traffic. */
async function begun(): Promise<Run> {
  const run = scene.shop.deploy(await scene.fixture.fleet('v2'), ...LONG);
  await Promise.race([run.when(isRouted), run.ended]);
  return run;
}

const weighed = (blue: number, green: number) => {
  const [first, second] = scene.fixture.network.groups;
  const tuple = (TargetGroupArn: string | undefined, Weight: number) => ({
    TargetGroupArn,
    Weight,
  });
  const TargetGroups = [tuple(first, blue), tuple(second, green)];
  return [{ Type: 'forward', ForwardConfig: { TargetGroups } }];
};

test('a rule by its path is changed by itself, forward and back, and the default action of others never', async () => {
  const { bed, shop, fixture: stage } = scene;
  const { listener, rule } = stage.network;
  const byDefault = () =>
    JSON.stringify(bed.world.listeners.get(listener)?.rules.find(({ IsDefault }) => IsDefault));
  const was = byDefault();
  const quick = ['--strategy', 'blue-green', '--set', 'defaults.retire.after=next'];
  await scene.well(shop.deploy(await stage.fleet('v2'), ...quick));
  expect(await shares(stage.network.url, 10)).toEqual({ v2: 10 });
  await scene.well(shop.start('rollback', '--yes'));
  await scene.serves('v1');
  expect(byDefault()).toBe(was);
  const changed = bed.front.calls.filter(({ call }) => /^Modify/.test(call.action));
  expect(changed.map(({ call }) => call.form.RuleArn)).toEqual([rule, rule, rule]);
});

test('weights that another program moves in mid-hold are noticed, and left as they are', async () => {
  const run = await begun();
  const Actions = weighed(50, 50);
  await byBoto(scene.bed, [
    'elbv2',
    'modify_rule',
    { RuleArn: scene.fixture.network.rule, Actions },
  ]);
  await scene.well(run, 7);
  expect(scene.weights()).toEqual([50, 50]);
});

test('a rule that another program deletes in mid-hold is told by its name, and nothing is made in its place', async () => {
  const { bed, fixture: stage } = scene;
  const { rule, listener } = stage.network;
  const run = await begun();
  await byBoto(bed, ['elbv2', 'delete_rule', { RuleArn: rule }]);
  const { code, stdout, stderr } = await run.ended;
  expect(code, stdout + stderr).toBe(7);
  expect(stdout + stderr).toContain(
    `the rule ${rule} does not exist any more: somebody deleted it`,
  );
  const left = bed.world.listeners.get(listener)?.rules.map(({ Priority }) => Priority);
  // The header by which gates reached the candidate, and the default.
  expect(left).toEqual(['9', 'default']);
});

test('a candidate whose targets another program takes away gives its share back', async () => {
  const { bed, fixture: stage } = scene;
  const run = await begun();
  const { targets } = await stage.fleet('v2');
  const Targets = targets.map(({ id, port }) => ({ Id: id, Port: port }));
  const TargetGroupArn = stage.network.groups[1];
  await byBoto(bed, ['elbv2', 'deregister_targets', { TargetGroupArn, Targets }]);
  const { code, stdout, stderr } = await run.ended;
  expect(code, stdout + stderr).toBe(3);
  expect(stdout).toMatch(/got 503|no healthy unit/);
  expect(scene.weights()?.slice(0, 1)).toEqual([100]);
  await scene.traffic.stop();
  const after = load(stage.network.url);
  expect(await shares(stage.network.url, 20)).toEqual({ v1: 20 });
  expect((await after.stop()).failures).toEqual([]);
});
