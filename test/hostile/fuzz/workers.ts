import { Worker } from 'node:worker_threads';
import type { Findings } from './campaign.ts';
import { inputOf } from './input.ts';
import type { Share } from './worker.ts';

/** All that a thread may take; an input that wants more ends it, and is told as a fault. */
const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
/** Ms without progress after which a thread hangs. */
const HANGS = 30_000;

/** The seeds from the first one on, dealt out to so many threads. */
export async function fuzz(first: number, runs: number, threads: number): Promise<Findings> {
  const shares = Array.from({ length: threads }, (_, index) =>
    share({ first: first + index, last: first + runs - 1, step: threads }),
  );
  return (await Promise.all(shares)).reduce(joined);
}

export function joined(a: Findings, b: Findings): Findings {
  return {
    runs: a.runs + b.runs,
    planned: a.planned + b.planned,
    faults: [...a.faults, ...b.faults],
    slowest: a.slowest.took > b.slowest.took ? a.slowest : b.slowest,
  };
}

function share(seeds: Omit<Share, 'present'>): Promise<Findings> {
  const present = new SharedArrayBuffer(4);
  const now = new Int32Array(present);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { ...seeds, present } satisfies Share,
    resourceLimits: LIMITS,
  });
  return new Promise((resolve) => {
    const end = (findings: Findings) => {
      clearInterval(watch);
      resolve(findings);
      void worker.terminate();
    };
    let last = -1;
    const watch = setInterval(() => {
      if (now[0] === last) end(broken(last, 'slow: it hangs'));
      last = now[0] ?? 0;
    }, HANGS);
    worker.once('message', end);
    worker.once('error', (error) => end(broken(now[0] ?? 0, `crash: ${error.message}`)));
  });
}

function broken(seed: number, fault: string): Findings {
  const { kind } = inputOf(seed);
  const slowest = { took: 0, seed, kind };
  return { runs: 0, planned: 0, faults: [{ seed, kind, fault }], slowest };
}
