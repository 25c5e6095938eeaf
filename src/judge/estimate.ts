import type { GateSpec } from '../contract/index.ts';
import { COMPARISON_ALPHA, failsAt } from './comparison.ts';
import { ALTERNATIVES, logMean } from './evidence.ts';
import { limitOf, pastShare } from './pool.ts';

/** Traffic as it is now, and a rise that is asked about. */
export interface Rise {
  /** Requests per second of the whole service. */
  readonly rate: number;
  /** Percent of it that the candidate gets. */
  readonly weight: number;
  /** Share of bad requests as usual, and of the candidate. */
  readonly usual: number;
  readonly risen: number;
}

export interface Detection {
  /** Ms until half of such candidates are condemned; null where it never shows. */
  readonly after: number | null;
  /** Requests that the candidate has had by then. */
  readonly samples: number;
  /** Ms until a pass has the samples that it needs. */
  readonly ripe: number;
}

/** A week: whatever shows later never does. */
const ESTIMATE_MAX_MS = 7 * 86_400_000;
/** So many windows of stable are read from before the first of the candidate. */
const PAST_WINDOWS = 30;
/** Evidence does not grow evenly: what half of all runs have reached is a little more than the mean says. */
const UNEVEN = 1.15;

/** Whether a gate weighs evidence about counts of windows, by a comparison or a limit for their share. */
export function countsBad({ windowed, judge }: Pick<GateSpec, 'windowed' | 'judge'>): boolean {
  return windowed === true && (judge.compare !== null || limitOf(judge) !== null);
}

/**
 * How long it takes until a rise shows, from the mean growth of the evidence per window: what a plan
 * tells of its stages, and `analyze` of a service.
 */
export function estimateDetectionOf(
  { interval, delay, judge }: Pick<GateSpec, 'interval' | 'delay' | 'judge'>,
  rise: Rise,
): Detection {
  const own = rise.rate * (rise.weight / 100) * (interval / 1000);
  const other = rise.rate * (1 - rise.weight / 100) * (interval / 1000);
  const ripe = own > 0 ? Math.ceil(judge.minSamples / own) * interval + delay : ESTIMATE_MAX_MS;
  const past = rise.rate * (interval / 1000) * PAST_WINDOWS;
  const growth = growthsOf(judge, rise, { own, other, past });
  const windows = windowsUntil(
    failsAt(judge.alpha ?? COMPARISON_ALPHA),
    growth,
    ESTIMATE_MAX_MS / interval,
  );
  const after = windows === null ? null : windows * interval + delay;
  return {
    after,
    samples: windows === null ? 0 : windows * own,
    ripe: Math.min(ESTIMATE_MAX_MS, ripe),
  };
}

interface Traffic {
  readonly own: number;
  readonly other: number;
  /** Of stable, in the windows that are read of it from before. */
  readonly past: number;
}

/** ln by which each bet grows in a window, on average: of the comparison, or else of the limit. */
function growthsOf(judge: GateSpec['judge'], rise: Rise, traffic: Traffic): readonly number[] {
  const { usual, risen } = rise;
  const { own, other, past } = traffic;
  const { compare } = judge;
  if (!compare) return growthsOver(limitOf(judge) ?? 1, risen, own);
  const isSeen = risen >= compare.floor && risen > usual + compare.difference;
  if (!isSeen) return ALTERNATIVES.map(() => -1);
  // With all of the traffic it is held against stable as it was.
  if (other === 0) {
    const share = pastShare({ bad: past * usual, total: past }, compare.ratio);
    return growthsOver(share, risen, own);
  }
  const bad = own * risen + other * usual;
  const shareAt = (odds: number) => (odds * own) / (odds * own + other);
  const seen = bad > 0 ? (own * risen) / bad : 0;
  const base = shareAt(compare.ratio);
  return ALTERNATIVES.map((more) => bad * gain(seen, shareAt(compare.ratio * more), base));
}

/** Of one track against a fixed share. */
function growthsOver(limit: number, risen: number, own: number): readonly number[] {
  const odds = limit / (1 - limit);
  return ALTERNATIVES.map((more) => {
    const share = (odds * more) / (1 + odds * more);
    return limit < 1 ? own * gain(risen, share, limit) : -1;
  });
}

/** Mean ln of the likelihood ratio of `bet` to `base` per event, when the truth is `seen`. */
function gain(seen: number, bet: number, base: number): number {
  return seen * Math.log(bet / base) + (1 - seen) * Math.log((1 - bet) / (1 - base));
}

function windowsUntil(needed: number, growth: readonly number[], most: number): number | null {
  const stakeAfter = (windows: number) =>
    logMean(growth.map((one) => one * windows)) - Math.log(2) >= needed * UNEVEN;
  if (!stakeAfter(most)) return null;
  let [low, high] = [1, Math.ceil(most)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (stakeAfter(middle)) high = middle;
    else low = middle + 1;
  }
  return Math.max(2, low);
}

/** Candidates that many requests can tell apart: the smallest share that shows within so many ms. */
export function smallestSeen(
  spec: Pick<GateSpec, 'interval' | 'delay' | 'judge'>,
  rise: Omit<Rise, 'risen'>,
  within: number,
): number | null {
  const shows = (risen: number) => {
    const { after } = estimateDetectionOf(spec, { ...rise, risen });
    return after !== null && after <= within;
  };
  if (!shows(1)) return null;
  let [low, high] = [rise.usual, 1];
  for (let step = 0; step < 40; step++) {
    const middle = Math.sqrt(Math.max(low, 1e-6) * high);
    if (shows(middle)) high = middle;
    else low = middle;
  }
  return high;
}
