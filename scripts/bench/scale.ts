import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'tsdown';
import type { JournalRecord, Plan, RecordBody } from '../../src/contract/index.ts';
import { keys } from '../../src/engine/keys.ts';
import { canonicalJson, hashOf } from '../../src/lib/canonical.ts';
import { createTestWorld } from '../../test/helpers/world.ts';
import { TARGET } from '../../test/simulation/plans.ts';
import { type Cost, canaryPlan, fleetWorld, type Time } from './fleet.ts';
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
/** Without a limit V8 lets garbage pile up to several times of what is alive. */
const LIMITS = ['--max-semi-space-size=8', '--max-old-space-size=128'];

async function fleetRows(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'deployctl-bench-'));
  try {
    // Bundled, as the product is: a process that compiles TypeScript holds that compiler too.
    const entry = { fleet: join(import.meta.dirname, 'fleet-main.ts') };
    await build({ entry, outDir: folder, config: false, dts: false, logLevel: 'silent' });
    const [program] = await readdir(folder);
    const cost = (time: Time) => fleetCost(join(folder, program as string), time);
    return rowsOf(await cost('real'), await cost('virtual'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In a process of its own, whose memory is nobody else's. */
async function fleetCost(program: string, time: Time): Promise<Cost> {
  const { stdout } = await run(process.execPath, [...LIMITS, program, String(FLEET), time]);
  return JSON.parse(stdout) as Cost;
}

function rowsOf(real: Cost, virtual: Cost): Row[] {
  const what = `${FLEET} deployments driven at once by one process (node ${LIMITS.join(' ')})`;
  const [megabytes, inVirtualTime] = [real.megabytes.toFixed(0), virtual.megabytes.toFixed(0)];
  return [
    {
      what: `memory of ${what}`,
      measured: `${megabytes} MB at its peak, ${inVirtualTime} MB in virtual time`,
      goal: '≤ 256 MB',
      holds: Math.max(real.megabytes, virtual.megabytes) <= 256,
    },
    {
      what: `processor of ${what}`,
      measured: `${real.cores.toFixed(2)} cores for ${real.seconds.toFixed(0)} s`,
      goal: '≤ 1 core',
      holds: real.cores <= 1,
    },
  ];
}
