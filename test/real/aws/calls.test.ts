import type { Rule, TagDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { albSharesOf, weightsIn } from '../../../providers/aws-alb/forward.ts';
import { MARK, marksIn } from '../../../providers/aws-alb/marks.ts';
import type { DeployEvent, Observation } from '../../../src/contract/index.ts';
import { byBoto, heldBy } from './bed/boto.ts';
import { Ledger } from './bed/ledger.ts';
import { useScene } from './bed/scene.ts';

/** What was before stays warm. */
const scene = useScene();

/** As on AWS: so that what was just read counts for a moment. */
const POLL = 'provider.aws-alb.poll=5s';

/** Of the way back: the rules, what is marked on the groups, and the targets that shall have the traffic. */
const LOOK = ['DescribeRules', 'DescribeTags', 'DescribeTargetHealth'];

const golden = (name: string) => new URL(`../../../docs/aws/calls/${name}.txt`, import.meta.url);

async function told(args: { readonly deploy?: readonly string[]; readonly back?: true }) {
  const { bed, shop, fixture: stage } = scene;
  const ledger = new Ledger(bed, stage.network);
  const ended = args.back
    ? await shop.run('rollback', '--yes')
    : await shop.deploy(await stage.fleet('v2'), ...(args.deploy ?? [])).ended;
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  return ledger;
}

test.each(['blue-green', 'canary', 'rolling'])(
  'every call of %s is the one that the guide shows',
  async (strategy) => {
    const ledger = await told({ deploy: ['--strategy', strategy] });
    await expect(`${ledger.told()}\n`).toMatchFileSnapshot(golden(strategy).pathname);
    await expectNothingLeft();
  },
);

/** As other hands read it, past deployctl and the front: one release, all of the traffic on it, and nothing of the one before. */
async function expectNothingLeft(): Promise<void> {
  const { bed, fixture: stage, shop } = scene;
  const { listener, groups } = stage.network;
  const [blue = '', green = ''] = groups;
  const [{ Rules }, { TagDescriptions }] = (await heldBy(
    bed,
    ['elbv2', 'describe_rules', { ListenerArn: listener }],
    ['elbv2', 'describe_tags', { ResourceArns: [listener, blue, green] }],
  )) as [{ Rules: Rule[] }, { TagDescriptions: TagDescription[] }];
  const marks = Object.fromEntries(
    TagDescriptions.map(({ ResourceArn = '', Tags = [] }) => [ResourceArn, marksIn(Tags)]),
  );
  const { live, split } = JSON.parse((await shop.run('status', '--output', 'json')).stdout)
    .observation as Observation;
  expect(split).toEqual({ [live ?? '']: 100 });
  const main = Rules.find(({ IsDefault }) => IsDefault);
  const shares = albSharesOf(weightsIn(main ?? {}));
  expect([shares.get(blue), shares.get(green)]).toEqual([0, 100]);
  const previews = Rules.filter(({ IsDefault }) => !IsDefault);
  expect(previews.map((rule) => weightsIn(rule).map(({ group }) => group))).toEqual([[green]]);
  expect(marks[blue]).toEqual({});
  expect(marks[green]).toMatchObject({ [MARK.release]: live, [MARK.version]: 'v2' });
  expect(marks[listener]).toMatchObject({ [MARK.live]: live });
  const targets = await byBoto(
    bed,
    ['elbv2', 'describe_target_health', { TargetGroupArn: blue }],
    ['elbv2', 'describe_target_health', { TargetGroupArn: green }],
  );
  const counts = (targets as { TargetHealthDescriptions: unknown[] }[]).map(
    ({ TargetHealthDescriptions }) => TargetHealthDescriptions.length,
  );
  expect(counts).toEqual([0, 2]);
}

test('a rollback to what is warm changes the weights after three calls', async () => {
  await told({
    deploy: ['--strategy', 'blue-green', '--set', 'defaults.retire.after=next', '--set', POLL],
  });
  const ledger = await told({ back: true });
  const calls = ledger.before('ModifyListener');
  const [asked, again] = [calls.slice(0, LOOK.length), calls.slice(LOOK.length)];
  expect(asked.map(({ call }) => call.action).toSorted()).toEqual(LOOK);
  const health = asked.find(({ call }) => call.action === 'DescribeTargetHealth');
  expect(health?.call.form.TargetGroupArn).toBe(scene.fixture.network.groups[0]);
  // Only what has grown old, on a machine that is slower than two seconds, is read again.
  for (const { at } of again) expect(at - (calls[0]?.at ?? 0)).toBeGreaterThan(1_000);
  await expect(`${ledger.told()}\n`).toMatchFileSnapshot(golden('rollback').pathname);
});

test('while it waits each group is asked about at most once in a poll', async () => {
  const { bed, shop, fixture: stage } = scene;
  const ledger = new Ledger(bed, stage.network);
  const run = shop.deploy(
    await stage.fleet('v2'),
    ...['--set', 'provider.aws-alb.poll=1s', '--set', 'canary.duration=8s'],
  );
  const isHold = (event: DeployEvent) =>
    'step' in event.data && JSON.stringify(event.data.step).includes('"kind":"hold"');
  await Promise.race([
    run.when((event) => event.type === 'step-begun' && isHold(event)),
    run.ended,
  ]);
  const from = performance.now();
  // What comes after it is of no interest here.
  run.killAt((event) => event.type === 'step-ended' && isHold(event));
  await run.ended;
  const waited = performance.now() - from;
  const asked = (group: string | undefined) =>
    ledger.calls.filter(
      ({ call, at }) =>
        call.action === 'DescribeTargetHealth' &&
        call.form.TargetGroupArn === group &&
        at >= from &&
        at <= from + waited,
    ).length;
  expect(waited).toBeGreaterThan(5_000);
  for (const group of stage.network.groups) {
    expect(asked(group)).toBeGreaterThan(0);
    expect(asked(group)).toBeLessThanOrEqual(Math.ceil(waited / 1_000) + 1);
  }
});
