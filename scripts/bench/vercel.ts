import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startBed } from '../../test/beds/vercel/bed.ts';
import { VercelDesk } from '../../test/real/vercel/desk.ts';
import type { Row } from './rig.ts';

/** Ms that each call to the API takes to arrive. */
const LATENCY = 30;
const FILES = 10_000;
const FEW = 5000;
const MEGABYTE = 1024;

/** What a deployment at Vercel asks of its API, and what many files cost. */
export async function vercelRows(): Promise<Row[]> {
  const arrivals: { readonly name: string; readonly at: number }[] = [];
  const arrived = async (name: string | null) => {
    arrivals.push({ name: name ?? '', at: performance.now() });
    await pause(LATENCY);
  };
  const bed = await startBed({ settings: { arrived } });
  const desk = new VercelDesk(bed);
  const during = async (line: string) => {
    const from = arrivals.length;
    const { code, said } = await desk.run(line);
    if (code !== 0) throw new Error(said);
    return arrivals.slice(from).filter(({ name }) => name !== 'POST /v2/files');
  };
  try {
    desk.write('v0', USUAL);
    await during('deploy --yes --release v0');
    desk.write('v1', USUAL);
    const rows = [row('blue-green', await during('deploy --yes --release v1'), 70)];
    const back = await during('rollback --yes');
    rows.push(row('a rollback', back, 50), roundsRow(back));
    desk.write('v2', { ...USUAL, strategy: 'canary' });
    rows.push(row('a canary of three stages', await during('deploy --yes --release v2'), 130));
    desk.write('v3', USUAL);
    const few = await peak(desk, FEW, 'v3');
    const many = await peak(desk, FILES, 'v4');
    return [...rows, memoryRow(few, many)];
  } finally {
    desk.remove();
    await bed.close();
  }
}

const USUAL = { poll: '1s' };

type Arrivals = readonly { readonly name: string; readonly at: number }[];

function row(what: string, calls: Arrivals, most: number): Row {
  const changes = calls.filter(({ name }) => !name.startsWith('GET')).length;
  return {
    what: `Vercel: calls of ${what}`,
    measured: `${calls.length}, of which ${changes} change something`,
    goal: `≤ ${most}`,
    holds: calls.length <= most,
  };
}

/** Calls that wait for one another before the first change; what goes out together is one round trip. */
function roundsRow(calls: Arrivals): Row {
  const first = calls.findIndex(({ name }) => !name.startsWith('GET'));
  let rounds = 0;
  let answered = Number.NEGATIVE_INFINITY;
  for (const { at } of calls.slice(0, first)) {
    if (at < answered) continue;
    rounds += 1;
    answered = at + LATENCY;
  }
  return {
    what: 'Vercel: round trips of a rollback before its first change',
    measured: String(rounds),
    goal: '≤ 3',
    holds: rounds <= 3,
  };
}

/** KB that the process held at most. */
async function peak(desk: VercelDesk, files: number, version: string): Promise<number> {
  const folder = join(desk.folder, 'site', version);
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < files; at++)
    writeFileSync(join(folder, `${at}.txt`), `${version} ${at} `.repeat(1000));
  const { child, ended } = desk.start(`deploy --yes --release ${version}`);
  let most = 0;
  while (child.exitCode === null) {
    most = Math.max(most, held(child.pid ?? 0));
    await pause(20);
  }
  const { code, said } = await ended;
  if (code !== 0) throw new Error(said);
  return most;
}

function held(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function memoryRow(few: number, many: number): Row {
  const more = (many - few) / MEGABYTE;
  return {
    what: `Vercel: memory for ${FILES} files, beyond that for ${FEW}`,
    measured: `${Math.round(more)} MB`,
    goal: '≤ 60 MB',
    holds: more <= 60,
  };
}
