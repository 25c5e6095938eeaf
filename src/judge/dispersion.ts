import type { Json } from '../contract/index.ts';
import { noTally, type Tally } from './tally.ts';

/** How much one track changes from window to window, from which one tells whether its bad ones come in bursts. Plain JSON. */
export interface Spread {
  readonly windows: number;
  /** Windows that are compared with the one before them, the bad ones of both, and the chi-squares weighted by these. */
  readonly pairs: number;
  readonly bad: number;
  readonly jumps: number;
  /** The window before, and what the candidate had in it. */
  readonly last: Tally;
  readonly beside: Tally;
}

export const noSpread: Spread = {
  windows: 0,
  pairs: 0,
  bad: 0,
  jumps: 0,
  last: noTally,
  beside: noTally,
};

/** Adds the next window; `beside` is what the candidate had in it, where this is of stable. */
export function widen(spread: Spread, seen: Tally, beside: Tally = noTally): Spread {
  if (seen.total <= 0) return spread;
  const next = { ...spread, windows: spread.windows + 1, last: seen, beside };
  const jump = jumpBetween(spread.last, seen);
  if (!jump || isOfBoth(spread, jump, beside)) return next;
  return {
    ...next,
    pairs: spread.pairs + 1,
    bad: spread.bad + jump.bad,
    jumps: spread.jumps + jump.bad * jump.chi,
  };
}

/** Goes on with another track: how its first window differs from the last one is no jump of either. */
export function anotherTrack(spread: Spread): Spread {
  return { ...spread, last: noTally, beside: noTally };
}

interface Jump {
  readonly bad: number;
  /** 1 on average where each request fails by itself, however many do. */
  readonly chi: number;
  readonly isUp: boolean;
}

/** Null where there is nothing before. */
function jumpBetween(before: Tally, after: Tally): Jump | null {
  if (before.total === 0 || after.total === 0) return null;
  const bad = before.bad + after.bad;
  const share = after.total / (before.total + after.total);
  const more = after.bad - bad * share;
  const chi = bad > 0 ? more ** 2 / (bad * share * (1 - share)) : 0;
  return { bad, chi, isUp: more > 0 };
}

/** So many times what is usual from window to window is a jump of stable; and one that the candidate has made, too. */
const JUMPS = 4;
const JUMPS_ALONG = 2;

/** An incident that begins or ends for both tracks is no burst, which hits only one. */
function isOfBoth(spread: Spread, jump: Jump, beside: Tally): boolean {
  const along = jumpBetween(spread.beside, beside);
  const usual = dispersionOf(spread);
  if (!along || along.isUp !== jump.isUp) return false;
  return jump.chi > JUMPS * usual && along.chi > JUMPS_ALONG * usual;
}

/** What is believed before anything is known, and how many windows that weighs. */
const BELIEVED = 3;
const WORTH = 4;

/**
 * Variance of the bad ones over what chance alone would give them: 1 where each fails by itself, and
 * about twice the size of its bursts otherwise. By differences of successive windows (von Neumann),
 * so that a level which moves and stays is not taken for bursts. See decision 0037.
 */
export function dispersionOf({ pairs, bad, jumps }: Spread): number {
  if (bad === 0) return BELIEVED;
  return Math.max(1, (BELIEVED * WORTH + pairs * (jumps / bad)) / (WORTH + pairs));
}

/** Earlier journals have sums of the deviation from the mean of all windows, which gave the same figure where nothing moved. */
export function spreadOfJournal(former: Json | undefined): unknown {
  if (typeof former !== 'object' || former === null || !('squares' in former)) return former;
  const { windows, bad, total, squares } = former;
  const sums = [windows, bad, total, squares];
  if (!sums.every((sum) => typeof sum === 'number')) return former;
  const [seen, failed, all, squared] = sums as [number, number, number, number];
  if (failed <= 0 || seen < 2) return { ...noSpread, windows: seen };
  const chi = (squared * all) / failed - failed;
  return {
    ...noSpread,
    windows: seen,
    pairs: seen - 1,
    bad: failed,
    jumps: (failed * chi) / (seen - 1),
  };
}
