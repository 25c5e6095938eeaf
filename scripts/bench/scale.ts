import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createMemoryPlatform, createMemoryProvider } from '../../providers/memory/index.ts';
import type { JournalRecord, Plan, RecordBody } from '../../src/contract/index.ts';
import { DEFAULT_PACE, drive, open, readNewest, type World } from '../../src/engine/index.ts';
import { keys } from '../../src/engine/keys.ts';
import { canonicalJson, hashOf } from '../../src/lib/canonical.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemRandom } from '../../src/lib/random.ts';
import { createMemoryStore } from '../../src/stores/memory.ts';
import { createTestWorld, serving } from '../../test/helpers/world.ts';
import { plain, planFor, TARGET, v1, v2 } from '../../test/simulation/plans.ts';
import { BINARY, median, type Row } from './rig.ts';

const run = promisify(execFile);

/** What the product costs where there is much of everything. */
export async function scaleRows(): Promise<Row[]> {
  return [await historyRow(), ...(await fleetRows())];
}

const DEPLOYMENTS = 5000;
const RECORDS = 20;
const ROUNDS = 15;

async function historyRow(): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'deployctl-bench-'));
  try {
    const made = await makeLog(folder);
    const nothing = join(folder, 'nothing.mjs');
    writeFileSync(nothing, '');
    const history = [BINARY, 'history', '--store', pathToFileURL(folder).href, '--service', 'shop'];
    const first = await timed(history, folder);
    const times: { readonly bare: number; readonly history: number }[] = [];
    for (let round = 0; round < ROUNDS; round++)
      times.push({ bare: await timed([nothing], folder), history: await timed(history, folder) });
    const [took, bare] = [
      median(times.map((one) => one.history)),
      median(times.map((one) => one.bare)),
    ];
    return {
      what: `history, newest 20 of ${DEPLOYMENTS * RECORDS} records (${made})`,
      measured: `${took.toFixed(0)} ms, bare node ${bare.toFixed(0)} ms, the first look ${first.toFixed(0)} ms`,
      goal: '≤ 150 ms',
      holds: took <= 150,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed(command: readonly string[], folder: string): Promise<number> {
  const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state'), CI: 'true' };
  const begun = performance.now();
  const { stdout } = await run(process.execPath, command, { cwd: folder, env });
  const took = performance.now() - begun;
  const lines = stdout.trimEnd().split('\n').length;
  if (command[1] === 'history' && lines !== 21) throw new Error(`not 20 deployments:\n${stdout}`);
  return took;
}

/** A log as the engine writes it, chained by hash; only the files are written past the store, unsynced. */
async function makeLog(folder: string): Promise<string> {
  const begun = performance.now();
  const plan = await canaryPlan(fleetWorld());
  const put = (key: string, text: string) => writeFileSync(join(folder, key), text);
  for (const name of [`targets/${TARGET}/log`, keys.deployments])
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  put(keys.about(TARGET), JSON.stringify(plan.target));
  let prev = '0'.repeat(64);
  for (let seq = 1; seq <= DEPLOYMENTS * RECORDS; seq++) {
    const record = recordAt(seq, prev, plan);
    prev = record.hash;
    put(keys.record(TARGET, seq), canonicalJson(record));
    if (record.body.kind === 'opened')
      put(keys.deployment(record.deployment), JSON.stringify({ target: TARGET }));
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  return `${DEPLOYMENTS} deployments of ${RECORDS}, chained, written as plain files in ${seconds} s`;
}

function recordAt(seq: number, prev: string, plan: Plan): JournalRecord {
  const turn = Math.floor((seq - 1) / RECORDS);
  const unhashed = {
    v: 1 as const,
    seq,
    epoch: turn + 1,
    deployment: `d${turn.toString(36).padStart(7, '0')}`,
    chapter: turn * RECORDS + 1,
    at: Date.UTC(2026, 0, 1) + seq * 1000,
    nonce: 'aaaaaaaaaaaa',
    body: bodyAt((seq - 1) % RECORDS, plan),
    prev,
  };
  return { ...unhashed, hash: hashOf(unhashed) };
}

function bodyAt(index: number, plan: Plan): RecordBody {
  const { holder } = createTestWorld();
  const done = { result: 'done', reason: null, gate: null, took: 5 } as const;
  const step = (at: number) => plan.steps[at % plan.steps.length]?.id ?? '';
  if (index === 0)
    return { kind: 'opened', plan, holder: { ...holder, nonce: 'aaaaaaaa' }, controlSeq: 0 };
  const outcome = index === 1 ? null : { ...done, step: step(index - 2) };
  if (index < RECORDS - 1) return { kind: 'step', outcome, intent: step(index - 1) };
  return { kind: 'ended', result: 'succeeded', reason: 'done', outcome };
}

const FLEET = 1000;

interface Cost {
  readonly megabytes: number;
  readonly cores: number;
  readonly seconds: number;
}

/** In a process of its own, whose memory is nobody else's. */
async function fleetRows(): Promise<Row[]> {
  const { stdout } = await run(process.execPath, [import.meta.filename, 'fleet']);
  const { megabytes, cores, seconds } = JSON.parse(stdout) as Cost;
  const what = `${FLEET} deployments driven at once by one process for ${seconds.toFixed(0)} s`;
  return [
    {
      what: `memory of ${what}`,
      measured: `${megabytes.toFixed(0)} MB at its peak`,
      goal: '≤ 256 MB',
      holds: megabytes <= 256,
    },
    {
      what: `processor of ${what}`,
      measured: `${cores.toFixed(2)} cores`,
      goal: '≤ 1 core',
      holds: cores <= 1,
    },
  ];
}

async function driveFleet(): Promise<Cost> {
  const begun = performance.now();
  const before = process.cpuUsage();
  const results = await Promise.all(Array.from({ length: FLEET }, driveOne));
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - begun) / 1000;
  const failed = results.find((result) => result !== 'succeeded');
  if (failed) throw new Error(`a deployment of the fleet ended ${failed}`);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  return { megabytes, cores: (user + system) / 1e6 / seconds, seconds };
}

async function driveOne(): Promise<string> {
  const world = fleetWorld();
  const plan = await canaryPlan(world);
  const session = await open(world, plan, await readNewest(world, TARGET));
  return (await drive(session)).result;
}

async function canaryPlan(world: World): Promise<Plan> {
  const plan = await planFor(world, v2, plain('canary'));
  if (!plan) throw new Error('there is nothing to deploy');
  return plan;
}

/** The pretended platform, in real time. */
function fleetWorld(): World {
  return {
    ...createTestWorld(),
    clock: systemClock,
    random: systemRandom,
    store: createMemoryStore(),
    provider: createMemoryProvider(serving(createMemoryPlatform(), v1)),
    emit: () => {},
    pace: DEFAULT_PACE,
  };
}

if (process.argv[1] === import.meta.filename && process.argv[2] === 'fleet')
  process.stdout.write(JSON.stringify(await driveFleet()));
