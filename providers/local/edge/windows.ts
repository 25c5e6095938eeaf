/** Width of one bucket of time, and how many are kept: 15 minutes. */
const WIDTH = 250;
const KEPT = 3600;

/** Latency bins grow by this factor, so a percentile read from them is at most so much too high. */
const SMALLEST = 0.1;
const GROWTH = 1.08;
const BINS = 184;
const PER_STEP = 1 / Math.log(GROWTH);

const upperOf = (bin: number) => Number((SMALLEST * GROWTH ** bin).toPrecision(6));
const binOf = (ms: number) =>
  ms <= SMALLEST ? 0 : Math.min(BINS - 1, Math.ceil(Math.log(ms / SMALLEST) * PER_STEP));

export interface Reading {
  readonly total: number;
  readonly bad: number;
  /** Requests per latency bin, not cumulated: [upper bound in ms, count], empty bins left out. */
  readonly latency: { readonly buckets: readonly (readonly [number, number])[] };
}

export interface WindowRequest {
  readonly span: number;
  /** How long ago the window ended. */
  readonly age: number;
}

/** Counts of one release over the last minutes, by the monotonic clock. */
export class Windows {
  /** Which bucket of time a slot of the ring holds now. */
  #held = new Float64Array(KEPT).fill(-1);
  #total = new Uint32Array(KEPT);
  #bad = new Uint32Array(KEPT);
  #latency: (Uint32Array | undefined)[] = new Array(KEPT);

  record(now: number, ms: number, bad: boolean): void {
    const bucket = Math.floor(now / WIDTH);
    const slot = bucket % KEPT;
    if (this.#held[slot] !== bucket) this.#clear(slot, bucket);
    (this.#total[slot] as number)++;
    if (bad) (this.#bad[slot] as number)++;
    const bins = this.#latency[slot] as Uint32Array;
    (bins[binOf(ms)] as number)++;
  }

  /** Whole buckets that had closed `age` ms ago, as far back as `span`; never the one still open. */
  read(now: number, { span, age }: WindowRequest): Reading {
    const end = Math.floor((now - age) / WIDTH);
    const begin = Math.max(end - Math.max(1, Math.round(span / WIDTH)), end - KEPT + 1, 0);
    const sum = { total: 0, bad: 0, bins: new Float64Array(BINS) };
    for (let bucket = begin; bucket < end; bucket++) this.#add(bucket, sum);
    return { total: sum.total, bad: sum.bad, latency: { buckets: filled(sum.bins) } };
  }

  #add(bucket: number, sum: { total: number; bad: number; bins: Float64Array }): void {
    const slot = bucket % KEPT;
    if (this.#held[slot] !== bucket) return;
    sum.total += this.#total[slot] as number;
    sum.bad += this.#bad[slot] as number;
    this.#latency[slot]?.forEach((count, bin) => {
      (sum.bins[bin] as number) += count;
    });
  }

  #clear(slot: number, bucket: number): void {
    this.#held[slot] = bucket;
    this.#total[slot] = 0;
    this.#bad[slot] = 0;
    const bins = this.#latency[slot];
    if (bins) bins.fill(0);
    else this.#latency[slot] = new Uint32Array(BINS);
  }
}

function filled(bins: Float64Array): (readonly [number, number])[] {
  const pairs: [number, number][] = [];
  bins.forEach((count, bin) => {
    if (count > 0) pairs.push([upperOf(bin), count]);
  });
  return pairs;
}
