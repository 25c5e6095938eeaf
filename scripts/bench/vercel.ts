import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startBed } from '../../test/beds/vercel/bed.ts';
import { Rounds } from '../../test/beds/vercel/rounds.ts';
import { VercelFixture } from '../../test/real/vercel/fixture.ts';
import type { Row } from './rig.ts';

/** Ms that each call to the API takes to arrive. */
const LATENCY = 30;
const FILES = 10_000;
const SMALL = 8000;
const LARGE = 60;
const MEGABYTE = 1024;

/** What a deployment at Vercel asks of its API, and what many files cost. */
export async function vercelRows(): Promise<Row[]> {
  const arrivals: { readonly name: string }[] = [];
  const rounds = new Rounds();
  const arrived = async (name: string | null) => {
    arrivals.push({ name: name ?? '' });
    await pause(LATENCY);
    await rounds.arrived(name);
  };
  const bed = await startBed({ settings: { arrived } });
  const desk = new VercelFixture(bed);
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
    rows.push(row('a rollback', await during('rollback --yes'), 50));
    desk.write('v1', USUAL);
    await during('deploy --yes --release v1');
    const back = desk.run('rollback --yes');
    rows.push(roundsRow(await rounds.upToChange(back)));
    await back;
    desk.write('v2', { ...USUAL, strategy: 'canary' });
    rows.push(row('a canary of three stages', await during('deploy --yes --release v2'), 130));
    desk.write('v3', USUAL);
    const one = await peak(desk, { files: 1, size: SMALL }, 'v3');
    const many = await peak(desk, { files: FILES, size: SMALL }, 'v4');
    const large = await peak(desk, { files: LARGE, size: 4 * MEGABYTE * 1024 }, 'v5');
    return [
      ...rows,
      // What is kept of a file is some 200 bytes; the rest are young objects, more of them on a busy machine.
      memoryRow(`${FILES} files`, { much: many, little: one, most: 60 }),
      memoryRow(`${LARGE} files of 4 MB`, { much: large, little: one, most: 60 }),
    ];
  } finally {
    desk.remove();
    await bed.close();
  }
}

const USUAL = { poll: '1s' };

type Arrivals = readonly { readonly name: string }[];

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
function roundsRow(asked: readonly (readonly string[])[]): Row {
  const rounds = asked.length - 1;
  return {
    what: 'Vercel: round trips of a rollback before its first change',
    measured: String(rounds),
    goal: '≤ 3',
    holds: rounds <= 3,
  };
}

/** KB that the process held at most. */
async function peak(
  desk: VercelFixture,
  { files, size }: { files: number; size: number },
  version: string,
): Promise<number> {
  const folder = join(desk.folder, 'site', version);
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < files; at++) {
    const line = `${version} ${at} `;
    writeFileSync(join(folder, `${at}.txt`), line.repeat(size / line.length));
  }
  const { child, ended } = desk.start(`deploy --yes --release ${version}`);
  let most = 0;
  while (child.exitCode === null) {
    most = Math.max(most, held(child.pid ?? 0));
    await pause(20);
  }
  const { code, said } = await ended;
  rmSync(folder, { recursive: true });
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

interface Peaks {
  readonly much: number;
  readonly little: number;
  /** MB. */
  readonly most: number;
}

function memoryRow(what: string, { much, little, most }: Peaks): Row {
  const more = Math.round((much - little) / MEGABYTE);
  return {
    what: `Vercel: memory for ${what}, beyond that for one small one`,
    measured: `${more} MB (${Math.round(much / MEGABYTE)} MB in all)`,
    goal: `≤ ${most} MB`,
    holds: more <= most,
  };
}
