import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { KubeObject } from '../../../src/clients/kubernetes/index.ts';
import { KubernetesFixture } from '../../../test/real/kubernetes/fixture.ts';
import { GATEWAY, KUBECONFIG, ownHost } from '../../../test/real/kubernetes/ground.ts';
import { Load } from '../../../test/real/kubernetes/load.ts';
import { image } from '../../../test/real/kubernetes/manifests.ts';
import { ApiCounter } from './api-counter.ts';
import { argoRollouts } from './argo-rollouts.ts';
import { ErrorShare } from './error-share.ts';
import { flagger } from './flagger.ts';
import { type Figures, goalsOf, seconds } from './goals.ts';
import { Meter } from './meter.ts';
import { deployctl } from './ours.ts';
import type { ToolKind } from './tool.ts';

/**
 * The same canary (25, 50, 75, 100 %, no waits, an Ingress with canary annotations) of the same service
 * under the same load, and a bad version, by deployctl and by controllers that do the same.
 */

const NODE_ADDRESS = '10.88.0.1';
const TOOLS: readonly ToolKind[] = [deployctl, argoRollouts, flagger];
const GOOD = { version: 'v2', weights: [25, 50, 75], isBad: false } as const;
const BAD = { version: 'v3-errors', weights: [25], isBad: true } as const;

interface Measured extends Figures {
  /** What of which kind it asked for, and what took it how long; only where it is asked for. */
  readonly table: readonly (readonly [string, number, number | null])[];
}

/** Ms for which the pods of the old version are waited for: those of Argo Rollouts stay for 30 s. */
const OLD_PODS_MS = 90_000;

async function measure(kind: ToolKind, run: typeof GOOD | typeof BAD): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'deployctl-bench-'));
  const counter = await ApiCounter.open(KUBECONFIG ?? '', NODE_ADDRESS);
  const share = await ErrorShare.open(NODE_ADDRESS);
  const kubeconfig = join(folder, 'kubeconfig');
  await counter.writeKubeconfig(kubeconfig);
  const stage = await KubernetesFixture.make();
  const host = ownHost('bench.test');
  const tool = await kind.open({ stage, host, kubeconfig, errors: share.url, ...run });
  try {
    const load = Load.begin(await stage.gatewayUrl(host), { host, clients: 4, gap: 10 });
    share.load = load;
    await stage.until('it is under load', async () => load.answers.length > 500);
    const [calls, began] = [counter.calls, Date.now()];
    counter.asked.clear();
    const idle = tool.pid();
    let meter = idle === null ? null : new Meter(idle);
    const released = tool.release(run.version);
    const pid = tool.pid();
    meter ??= pid === null ? null : new Meter(pid);
    await released;
    const done = Date.now() - began;
    const cost = meter?.stop() ?? { memory: 0, processor: 0 };
    const asked = counter.calls - calls;
    const table = [
      ...[...counter.asked].map(([what, count]) => [what, count, null] as const),
      ...(tool.spent?.() ?? []),
    ];
    const gone = run.isBad ? null : await untilGone(stage, began);
    // What is still on its way to the data plane arrives.
    await pause(3000);
    await load.end();
    const first = load.answers.find(({ status }) => status !== 200)?.at ?? began;
    const traffic = run.isBad
      ? (load.lastOf(run.version) ?? first) - first
      : (load.lastOf('v1') ?? began) - began;
    const foreign = load.answers.filter(
      ({ version, status }) => status !== 200 && version !== BAD.version,
    );
    return {
      ...cost,
      traffic,
      done,
      calls: asked,
      gone,
      table,
      failed: foreign.length,
      requests: load.answers.length,
    };
  } finally {
    await tool.close();
    await stage.close();
    await share.close();
    await counter.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Pod extends KubeObject {
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
}

/** Ms from then on until no pod of the old version was left, also none on its way out. */
async function untilGone(stage: KubernetesFixture, began: number): Promise<number | null> {
  const place = { kind: 'pods', namespace: stage.namespace } as const;
  for (const until = Date.now() + OLD_PODS_MS; Date.now() < until; await pause(200)) {
    const pods = await stage.cluster.list<Pod>(place);
    const isOld = ({ spec }: Pod) => spec.containers.some((one) => one.image === image('v1'));
    if (!pods.some(isOld)) return Date.now() - began;
  }
  return null;
}

const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function tell(title: string, all: ReadonlyMap<string, Measured>, traffic: string): void {
  const lines = [...all].map(([name, one]) =>
    row(
      name,
      seconds(one.traffic),
      seconds(one.done),
      seconds(one.gone),
      String(one.calls),
      `${one.failed} of ${one.requests}`,
      `${Math.round(one.memory)} MB`,
      seconds(1000 * one.processor),
    ),
  );
  const head = row(
    '',
    traffic,
    'done',
    'old pods gone',
    'API calls',
    'failed',
    'memory',
    'processor',
  );
  const text = [`\n${title}\n`, head, '|---|---|---|---|---|---|---|---|', ...lines];
  process.stdout.write(`${text.join('\n')}\n`);
}

function tellCalls(name: string, table: Measured['table']): void {
  const lines = table
    .toSorted(([, one], [, other]) => other - one)
    .map(([what, count, ms]) => row(what, String(count), ms === null ? '' : seconds(ms)));
  const head = row(`of ${name}`, 'times', 'took in all');
  process.stdout.write(`${['', head, '|---|---|---|', ...lines].join('\n')}\n`);
}

if (KUBECONFIG === undefined)
  throw new Error(
    'no cluster: test/real/cluster/cluster up, then export DEPLOYCTL_TEST_KUBECONFIG',
  );
process.stdout.write(`through ${GATEWAY}\n`);
const { values: options, positionals: asked } = parseArgs({
  options: { calls: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const chosen = TOOLS.filter(({ name }) => asked.length === 0 || asked.includes(name));
const measured: Map<string, Measured>[] = [];
for (const [title, run, traffic] of [
  ['A good version: 25, 50, 75, 100 %, no waits', GOOD, 'all of the traffic after'],
  [
    'A bad version: half of its answers are errors, asked for every second',
    BAD,
    'first error → 0 %',
  ],
] as const) {
  const all = new Map<string, Measured>();
  for (const kind of chosen) {
    process.stderr.write(`${run.version} by ${kind.name}\n`);
    all.set(kind.name, await measure(kind, run));
  }
  measured.push(all);
  tell(title, all, traffic);
  if (options.calls) for (const [name, { table }] of all) tellCalls(name, table);
}

const [good = new Map(), bad = new Map()] = measured;
const goals = goalsOf(deployctl.name, { good, bad });
if (goals.length > 0) process.stdout.write('\n');
for (const { what, measured: seen, goal, holds } of goals)
  process.stdout.write(`${holds ? '✔' : '✖'} ${what}: ${seen} (goal ${goal})\n`);
process.exitCode = goals.every(({ holds }) => holds) ? 0 : 1;
