import { expect, test } from 'vitest';
import type { DeployEvent } from '../../../src/contract/index.ts';
import { byBoto } from './bed/boto.ts';
import { useScene } from './bed/scene.ts';

/** A service with a rule of its own, in an account where others work, too. */
const scene = useScene({ byRule: true });

/** As long as a person may be left without an answer. */
const BOUND = 60_000;

const isBegun = (kind: string) => (event: DeployEvent) =>
  event.type === 'step-begun' && event.data.step.action.kind === kind;

const GONE = {
  rule: () => {
    const { rule } = scene.fixture.network;
    const call = ['elbv2', 'delete_rule', { RuleArn: rule }] as const;
    return { call, told: `has no rule ${rule} any more: somebody deleted it` };
  },
  listener: () => {
    const { listener } = scene.fixture.network;
    const call = ['elbv2', 'delete_listener', { ListenerArn: listener }] as const;
    return { call, told: 'somebody deleted it' };
  },
};

test.each(['rule', 'listener'] as const)(
  'a %s that another program deletes before somebody goes back is told by its name, and soon',
  async (what) => {
    const { bed, shop, fixture: stage } = scene;
    const run = shop.deploy(await stage.fleet('v2'));
    run.killAt(isBegun('hold'));
    await run.ended;
    const { call, told } = GONE[what]();
    await byBoto(bed, call);
    const from = performance.now();
    const { code, stdout, stderr } = await shop.run('rollback', '--yes');
    console.log(what, code, performance.now() - from, stdout + stderr);
    const again = await shop.run('status');
    console.log('status', again.code, again.stdout + again.stderr);
    const resumed = await shop.run('resume');
    console.log('resume', resumed.code, resumed.stdout + resumed.stderr);
    expect(performance.now() - from).toBeLessThan(BOUND);
    expect(stdout + stderr).toContain(told);
  },
);

test.each([
  ['rule', 'route'],
  ['rule', 'retire'],
  ['listener', 'route'],
  ['listener', 'retire'],
] as const)(
  'a %s that another program deletes when the way back begins to %s is told by its name, and soon',
  async (what, kind) => {
    const { bed, shop, fixture: stage } = scene;
    const run = shop.deploy(await stage.fleet('v2'));
    run.killAt(isBegun('hold'));
    await run.ended;
    const { call, told } = GONE[what]();
    const back = shop.start('rollback', '--yes', '--output', 'json');
    await Promise.race([back.when(isBegun(kind)), back.ended]);
    back.child.kill('SIGSTOP');
    await byBoto(bed, call);
    const from = performance.now();
    back.child.kill('SIGCONT');
    const { code, stdout, stderr } = await back.ended;
    console.log(what, kind, code, performance.now() - from, stdout + stderr);
    expect(performance.now() - from).toBeLessThan(BOUND);
    expect(stdout + stderr).toContain(told);
  },
);
