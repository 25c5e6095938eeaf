import { EventLog } from './event-log.ts';

/** Width of one bucket of time, and how many are kept: 15 minutes. */
const WINDOW_MS = 250;
const WINDOWS_KEPT = 3600;

/** Latency bins grow by this factor, so a percentile read from them is at most so much too high. */
const SMALLEST = 0.1;
const GROWTH = 1.08;
const BINS = 184;
const PER_STEP = 1 / Math.log(GROWTH);

const upperOf = (bin: number) => Number((SMALLEST * GROWTH ** bin).toPrecision(6));
const binOf = (ms: number) =>
  ms <= SMALLEST ? 0 : Math.min(BINS - 1, Math.ceil(Math.log(ms / SMALLEST) * PER_STEP));

export interface WindowsReading {
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

interface Sum {
  total: number;
  bad: number;
  readonly bins: Float64Array;
}

const nothing = (): Sum => ({ total: 0, bad: 0, bins: new Float64Array(BINS) });

/** Ends of windows that are remembered, because the next window begins there. */
const MOST_CUTS = 512;

/**
 * Counts of one release over the last minutes, by the monotonic clock: sums per quarter second, and
 * the newest requests one by one, so that a window may begin and end at any millisecond.
 */
export class Windows {
  /** Which bucket of time a slot of the ring holds now. */
  #held = new Float64Array(WINDOWS_KEPT).fill(-1);
  #total = new Uint32Array(WINDOWS_KEPT);
  #bad = new Uint32Array(WINDOWS_KEPT);
  #latency: (Uint32Array | undefined)[] = new Array(WINDOWS_KEPT);
  /** Where in the log the requests of a slot begin. */
  #first = new Float64Array(WINDOWS_KEPT);
  #log = new EventLog();
  /** What of its bucket had come when a window ended there. */
  #cuts = new Map<number, Sum>();

  record(now: number, ms: number, bad: boolean): void {
    const bucket = Math.floor(now / WINDOW_MS);
    const slot = bucket % WINDOWS_KEPT;
    if (this.#held[slot] !== bucket) this.#clear(slot, bucket);
    (this.#total[slot] as number)++;
    if (bad) (this.#bad[slot] as number)++;
    const bins = this.#latency[slot] as Uint32Array;
    const bin = binOf(ms);
    (bins[bin] as number)++;
    this.#log.add({ offset: Math.floor(now) - bucket * WINDOW_MS, bin, bad });
  }

  /**
   * What was answered from `age + span` ms ago until `age` ms ago, the first included and the last
   * not: windows one after the other count each request once. A boundary so old that its requests
   * are only known in sum is moved back to the quarter second before it.
   */
  read(now: number, { span, age }: WindowRequest): WindowsReading {
    const end = Math.floor(Math.min(now, now - age));
    const last = Math.floor(end / WINDOW_MS);
    const oldest = Math.max(0, last - WINDOWS_KEPT + 1) * WINDOW_MS;
    const begin = Math.max(end - Math.max(1, Math.round(span)), oldest);
    const first = Math.floor(begin / WINDOW_MS);
    const sum = nothing();
    for (let bucket = first; bucket < last; bucket++) this.#add(bucket, sum);
    addWindows(sum, this.#before(first, begin), -1);
    addWindows(sum, this.#cut(last, end), 1);
    return { total: sum.total, bad: sum.bad, latency: { buckets: filled(sum.bins) } };
  }

  #add(bucket: number, sum: Sum): void {
    const slot = bucket % WINDOWS_KEPT;
    if (this.#held[slot] !== bucket) return;
    sum.total += this.#total[slot] as number;
    sum.bad += this.#bad[slot] as number;
    this.#latency[slot]?.forEach((count, bin) => {
      (sum.bins[bin] as number) += count;
    });
  }

  #cut(bucket: number, at: number): Sum {
    const part = this.#before(bucket, at);
    if (this.#cuts.size >= MOST_CUTS) this.#cuts.delete(this.#cuts.keys().next().value as number);
    this.#cuts.set(at, part);
    return part;
  }

  /** What of a bucket had come before a moment in it. */
  #before(bucket: number, at: number): Sum {
    const known = this.#cuts.get(at);
    if (known) return known;
    const sum = nothing();
    const slot = bucket % WINDOWS_KEPT;
    if (this.#held[slot] !== bucket) return sum;
    const from = this.#first[slot] as number;
    for (const { offset, bin, bad } of this.#log.read(from, this.#total[slot] as number)) {
      if (offset >= at - bucket * WINDOW_MS) break;
      sum.total++;
      if (bad) sum.bad++;
      (sum.bins[bin] as number)++;
    }
    return sum;
  }

  #clear(slot: number, bucket: number): void {
    this.#held[slot] = bucket;
    this.#total[slot] = 0;
    this.#bad[slot] = 0;
    this.#first[slot] = this.#log.written;
    const bins = this.#latency[slot];
    if (bins) bins.fill(0);
    else this.#latency[slot] = new Uint32Array(BINS);
  }
}

function addWindows(sum: Sum, part: Sum, sign: 1 | -1): void {
  sum.total += sign * part.total;
  sum.bad += sign * part.bad;
  part.bins.forEach((count, bin) => {
    (sum.bins[bin] as number) += sign * count;
  });
}

function filled(bins: Float64Array): (readonly [number, number])[] {
  const pairs: [number, number][] = [];
  bins.forEach((count, bin) => {
    if (count > 0) pairs.push([upperOf(bin), count]);
  });
  return pairs;
}
