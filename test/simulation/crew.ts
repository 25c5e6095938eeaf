import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Batch, Failure, Order, What } from './batch.ts';
import { Coverage } from './coverage.ts';

export interface Task {
  readonly what: What;
  readonly first: number;
  /** Infinity for as long as `goesOn` says so. */
  readonly last: number;
  readonly bail: boolean;
  readonly goesOn: () => boolean;
  readonly onFailure: (failure: Failure) => void;
}

export interface Sum {
  readonly runs: number;
  readonly failures: readonly Failure[];
  readonly endings: ReadonlyMap<string, number>;
  readonly coverage: Coverage;
}

/** So many are handed out at a time: enough to be worth a message, few enough to end together. */
const PORTION: Readonly<Record<What, number>> = { storms: 100, sweeps: 1, pairs: 50 };

/** MiB; nearly all that a run makes is gone when it ends, and need not be moved before. */
const NURSERY = 128;

/** Runs them on all cores. */
export async function runAll(task: Task): Promise<Sum> {
  const sum = new Summing(task);
  const portions = Math.ceil((task.last - task.first + 1) / PORTION[task.what]);
  const hands = Math.min(availableParallelism(), portions);
  await Promise.all(Array.from({ length: hands }, () => work(sum)));
  return sum;
}

async function work(sum: Summing): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: NURSERY },
  });
  try {
    for (let order = sum.next(); order; order = sum.next()) sum.add(await ask(worker, order));
  } finally {
    await worker.terminate();
  }
}

function ask(worker: Worker, order: Order): Promise<Batch> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (batch: Batch) => {
      worker.off('error', reject);
      resolve(batch);
    });
    worker.postMessage(order);
  });
}

class Summing implements Sum {
  readonly #task: Task;
  #next: number;
  runs = 0;
  readonly failures: Failure[] = [];
  readonly endings = new Map<string, number>();
  readonly coverage = new Coverage();

  constructor(task: Task) {
    this.#task = task;
    this.#next = task.first;
  }

  next(): Order | null {
    const { what, last, bail, goesOn } = this.#task;
    const isOver = this.#next > last || !goesOn() || (bail && this.failures.length > 0);
    if (isOver) return null;
    const first = this.#next;
    this.#next = Math.min(first + PORTION[what], last + 1);
    return { what, first, last: this.#next - 1, bail };
  }

  add({ runs, failures, endings, counts }: Batch): void {
    this.runs += runs;
    for (const failure of failures) {
      this.failures.push(failure);
      this.#task.onFailure(failure);
    }
    for (const [ending, count] of endings)
      this.endings.set(ending, (this.endings.get(ending) ?? 0) + count);
    this.coverage.addAll(counts);
  }
}
