import { Bed } from '../../test/real/aws/bed/bed.ts';
import { type Call, isRead } from '../../test/real/aws/bed/call.ts';
import { AwsFixture } from '../../test/real/aws/bed/fixture.ts';
import { Ledger } from '../../test/real/aws/bed/ledger.ts';
import { hasMoto } from '../../test/real/aws/bed/moto.ts';
import { Shop } from '../../test/real/aws/bed/shop.ts';
import type { Row } from './rig.ts';

/** Ms that each call to the API takes to arrive. */
const LATENCY = 50;
const POLL = 1_000;
/** What goes out within so many ms of the first is one round trip. */
const TOGETHER = LATENCY * 0.8;

/** What a deployment behind a load balancer of AWS asks of its API, each strategy from the same start. */
export async function awsRows(): Promise<Row[]> {
  if (!hasMoto) {
    process.stdout.write('AWS is left out: its API server is missing (.ci/aws brings it)\n');
    return [];
  }
  const bed = await Bed.open();
  try {
    const rows: Row[] = [];
    for (const strategy of STRATEGIES)
      rows.push(...(await onStage(bed, (stage, shop) => deployed({ stage, shop }, strategy))));
    return [...rows, ...(await onStage(bed, (stage, shop) => rolledBack({ stage, shop })))];
  } finally {
    await bed.close();
  }
}

const STRATEGIES = ['blue-green', 'canary', 'rolling'];
/** Calls of one look: rules, marks, and the health of both groups. */
const LOOK = 4;

type Scene = { readonly stage: AwsFixture; readonly shop: Shop };

async function onStage<T>(
  bed: Bed,
  work: (stage: AwsFixture, shop: Shop) => Promise<T>,
): Promise<T> {
  const stage = await AwsFixture.open(bed);
  await stage.adopt('v1');
  const shop = await Shop.make(bed, stage.network);
  bed.faults.plant({ is: 'slow', wait: LATENCY, times: Number.POSITIVE_INFINITY });
  try {
    return await work(stage, shop);
  } finally {
    await shop.remove();
    await stage.close();
    await bed.reset();
  }
}

async function deployed(scene: Scene, strategy: string): Promise<Row[]> {
  const { calls, took } = await during(scene, ['--strategy', strategy]);
  const changes = calls.filter(({ call }) => !isRead(call)).length;
  const asked = scene.stage.network.groups.map((group) => questions(calls, group));
  const often = Math.ceil(took / POLL) + changes;
  const most = LOOK * often + changes;
  return [
    {
      what: `AWS: calls of ${strategy}`,
      measured: `${calls.length} in ${roundsOf(calls)} round trips, of which ${changes} change something`,
      goal: `≤ ${most}: a look of ${LOOK} for each poll, and one and the change itself for each change`,
      holds: calls.length <= most,
    },
    {
      what: `AWS: questions about each target group during ${strategy}, polled each second`,
      measured: `${asked.join(' and ')} in ${(took / 1_000).toFixed(1)} s with ${changes} changes`,
      goal: `≤ ${often}: one for each poll, and one after each change`,
      holds: asked.every((count) => count > 0 && count <= often),
    },
  ];
}

async function rolledBack(scene: Scene): Promise<Row[]> {
  await during(scene, ['--strategy', 'blue-green', '--set', 'defaults.retire.after=next']);
  const { calls } = await during(scene, null);
  const first = calls.findIndex(({ call }) => !isRead(call));
  const before = calls.slice(0, first);
  return [
    {
      what: 'AWS: calls of a rollback to what is warm, before its first change',
      measured: `${before.length} (${before.map(({ call }) => call.action).join(', ')})`,
      goal: '≤ 3',
      holds: before.length <= 3,
    },
    {
      what: 'AWS: round trips of a rollback to what is warm, before its first change',
      measured: String(roundsOf(before)),
      goal: '≤ 3',
      holds: roundsOf(before) <= 3,
    },
  ];
}

type Made = readonly { readonly call: Call; readonly at: number }[];

/** A deployment of v2 with these options, or a rollback of it. */
async function during({ stage, shop }: Scene, options: readonly string[] | null) {
  const fleet = await stage.fleet('v2');
  const ledger = new Ledger(stage.bed, stage.network);
  const from = performance.now();
  const poll = ['--set', `provider.aws-alb.poll=${POLL}ms`];
  const run = options ? shop.deploy(fleet, ...poll, ...options) : shop.start('rollback', '--yes');
  const { code, stdout, stderr } = await run.ended;
  if (code !== 0) throw new Error(stdout + stderr);
  return { calls: ledger.calls, took: performance.now() - from };
}

const questions = (calls: Made, group: string) =>
  calls.filter(
    ({ call: { action, form } }) =>
      action === 'DescribeTargetHealth' && form.TargetGroupArn === group,
  ).length;

/** Calls that wait for one another; what goes out together is one round trip. */
function roundsOf(calls: Made): number {
  let rounds = 0;
  let began = Number.NEGATIVE_INFINITY;
  for (const { at } of calls) {
    if (at < began + TOGETHER) continue;
    rounds += 1;
    began = at;
  }
  return rounds;
}
