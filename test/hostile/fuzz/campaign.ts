import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Input, inputOf } from './input.ts';
import { trial } from './trial.ts';

export interface Fault {
  readonly seed: number;
  readonly kind: string;
  readonly fault: string;
}

export interface Findings {
  readonly runs: number;
  readonly planned: number;
  readonly faults: readonly Fault[];
  /** Ms of the slowest input, and which it was. */
  readonly slowest: { readonly took: number; readonly seed: number; readonly kind: string };
}

/** Ms that no input may take. */
const LONGEST = 1000;
/** What is slow only the first time, before the code is compiled, is tried again. */
const TRIES = 3;
/** One in so many is tried twice: the same input must come to the same end. */
const TWICE = 50;

const MOST_FAULTS = 20;

/** Files there cost a tenth of what they cost on a disk. */
const MEMORY = '/dev/shm';

/** Tries the inputs of these seeds, one after the other, in this thread. */
export async function campaign(
  seeds: { readonly first: number; readonly last: number; readonly step: number },
  begin: (seed: number) => void = () => {},
): Promise<Findings> {
  const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'deployctl-fuzz-'));
  const faults: Fault[] = [];
  let slowest = { took: 0, seed: 0, kind: '' };
  let runs = 0;
  let planned = 0;
  try {
    for (
      let seed = seeds.first;
      seed <= seeds.last && faults.length < MOST_FAULTS;
      seed += seeds.step
    ) {
      begin(seed);
      const input = inputOf(seed);
      const { took, end, found } = await examined(input, folder, seed % TWICE === 0);
      runs += 1;
      if (end === 'planned') planned += 1;
      if (took > slowest.took) slowest = { took, seed, kind: input.kind };
      faults.push(...found.map((fault) => ({ seed, kind: input.kind, fault })));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { runs, planned, faults, slowest };
}

/** Tries one input, and all that must be true of how it went. */
export async function examined(input: Input, folder: string, twice: boolean) {
  let took = Infinity;
  let outcome = await timed();
  for (let tries = 1; tries < TRIES && took > LONGEST; tries++) outcome = await timed();
  const found = [...outcome.faults];
  if (took > LONGEST) found.push(`slow: ${Math.round(took)} ms`);
  const first = outcome.said;
  if (twice && (await timed()).said !== first) found.push('not the same twice');
  return { took, end: outcome.end, found };

  async function timed() {
    const began = busy();
    const outcome = await trial(input, folder);
    took = Math.min(took, busy() - began);
    return outcome;
  }
}

/** Ms of work of this thread: what others do on the machine is no fault of an input. */
function busy(): number {
  const { user, system } = (process as unknown as Threaded).threadCpuUsage();
  return (user + system) / 1000;
}

/** Node 24 has it, its types of Node 22 have not. */
interface Threaded {
  threadCpuUsage(): { readonly user: number; readonly system: number };
}
