import { Refusal } from './refusal.ts';

export interface BucketSize {
  readonly size: number;
  /** Tokens that come back in a second. */
  readonly refill: number;
}

/**
 * Calls are paid for from a bucket per account and region. That of reads holds 40 and gets back 10
 * each second; those of writes are not documented and are smaller here.
 */
export const REAL_BUCKETS = {
  reads: { size: 40, refill: 10 },
  writes: { size: 20, refill: 5 },
} as const;

/** For tests about something else. */
export const ROOMY = {
  reads: { size: 10_000, refill: 10_000 },
  writes: { size: 10_000, refill: 10_000 },
} as const;

export type BucketSizes = Readonly<Record<'reads' | 'writes', BucketSize>>;

export class Buckets {
  #sizes: BucketSizes;
  #left: { reads: number; writes: number };
  #at = performance.now();

  constructor(sizes: BucketSizes) {
    this.#sizes = sizes;
    this.#left = { reads: sizes.reads.size, writes: sizes.writes.size };
  }

  resize(sizes: BucketSizes): void {
    this.#sizes = sizes;
    this.#left = { reads: sizes.reads.size, writes: sizes.writes.size };
  }

  take(from: keyof BucketSizes): void {
    const now = performance.now();
    for (const name of ['reads', 'writes'] as const) {
      const { size, refill } = this.#sizes[name];
      this.#left[name] = Math.min(size, this.#left[name] + ((now - this.#at) / 1000) * refill);
    }
    this.#at = now;
    if (this.#left[from] < 1) throw new Refusal('Throttling', 'Rate exceeded');
    this.#left[from] -= 1;
  }
}
