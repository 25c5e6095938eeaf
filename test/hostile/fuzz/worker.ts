import { parentPort, workerData } from 'node:worker_threads';
import { campaign } from './campaign.ts';

export interface Share {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** Where the seed that is being tried is left for those who watch. */
  readonly present: SharedArrayBuffer;
}

/** Every refused config makes errors, and their stacks cost more than the rest of it. */
Error.stackTraceLimit = 4;

const { present, ...seeds } = workerData as Share;
const now = new Int32Array(present);
const findings = await campaign(seeds, (seed) => Atomics.store(now, 0, seed));
parentPort?.postMessage(findings);
