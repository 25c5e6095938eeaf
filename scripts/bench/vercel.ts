import { setTimeout as pause } from 'node:timers/promises';
import { startBed } from '../../test/beds/vercel/bed.ts';
import { Rounds } from '../../test/beds/vercel/rounds.ts';
import { VercelFixture } from '../../test/real/vercel/fixture.ts';
import { type Held, heldBy } from '../../test/real/vercel/live-memory.ts';
import type { Row } from './rig.ts';

/** Ms that each call to the API takes to arrive. */
const LATENCY = 30;
const FILES = 10_000;
const SMALL = 8000;
const LARGE = 60;
const MEGABYTE = 1024 * 1024;

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
    const one = await heldBy(desk, 'v4', { files: 1, size: SMALL });
    const many = await heldBy(desk, 'v5', { files: FILES, size: SMALL });
    const most = await heldBy(desk, 'v6', { files: 3 * FILES, size: SMALL });
    const large = await heldBy(desk, 'v7', { files: LARGE, size: 4 * MEGABYTE });
    return [
      ...rows,
      perFileRow(FILES, { much: many, little: one }),
      perFileRow(3 * FILES, { much: most, little: many, of: 2 * FILES }),
      largeRow({ much: large, little: one }),
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

interface Compared {
  readonly much: Held;
  readonly little: Held;
  /** So many files are between them. */
  readonly of?: number;
}

/** By what is in use, not by garbage: how much of that there is depends on how busy the machine is. */
function perFileRow(files: number, { much, little, of = files }: Compared): Row {
  const bytes = Math.round((much.live - little.live) / of);
  return {
    what: `Vercel: memory in use for each of ${files} files`,
    measured: `${bytes} bytes (${inMegabytes(much)})`,
    goal: '≤ 600 bytes',
    holds: bytes <= 600,
  };
}

function largeRow({ much, little }: Compared): Row {
  const more = (much.live - little.live) / MEGABYTE;
  return {
    what: `Vercel: memory in use for ${LARGE} files of 4 MB, beyond that for one small one`,
    measured: `${more.toFixed(1)} MB (${inMegabytes(much)})`,
    goal: '≤ 10 MB',
    holds: more <= 10,
  };
}

const inMegabytes = ({ live, peak }: Held) =>
  `${Math.round(live / MEGABYTE)} MB in use, ${Math.round(peak / MEGABYTE)} MB held at most`;
