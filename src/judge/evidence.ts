import { type HypergeometricTable, logLikelihood } from './hypergeometric.ts';

/**
 * What all windows together say against a candidate, as a bet against its being fine: a fine one
 * multiplies the stake by `1 / alpha` with a chance of `alpha` at most, however often one looks and
 * whenever one stops (Ville's inequality). Plain JSON, so that a resumed run goes on with the same stake.
 */
export interface Evidence {
  /** ln of the stake on each alternative, over all windows in which the trouble may have begun. */
  readonly harm: readonly number[];
  /** ln of the evidence that it is not much worse. */
  readonly safety: number;
  readonly looks: number;
  /** What was counted since nothing spoke against the candidate. */
  readonly since: EvidenceSince;
}

interface EvidenceSince {
  readonly windows: number;
  /** Windows that spoke against it. */
  readonly against: number;
  readonly bad: number;
  readonly total: number;
  /** How many would have been bad if it were like what it is compared with, window by window. */
  readonly expected: number;
}

const EVIDENCE_NOTHING: EvidenceSince = { windows: 0, against: 0, bad: 0, total: 0, expected: 0 };

export const noEvidence: Evidence = { harm: [], safety: 0, looks: 0, since: EVIDENCE_NOTHING };

/** How many times the odds may have grown beyond what is tolerated: a bet on each. */
export const ALTERNATIVES = [1.3, 2, 3.5, 8, 30] as const;

/** What one window says: ln of the likelihood ratios for each alternative, and for safety. */
export interface Weight {
  readonly harm: readonly number[];
  readonly safety: number;
  readonly bad: number;
  readonly total: number;
  readonly expected: number;
}

/**
 * Both tracks in the same window: only how the bad ones fall on the two counts, so that an incident
 * of both, or another share of the traffic, is no evidence. `ratio` is how much worse is tolerated.
 */
export function weightAgainst(table: HypergeometricTable, ratio: number): Weight {
  const base = logLikelihood(table, ratio);
  const against = (odds: number) => logLikelihood(table, odds) - base;
  const { bad, total, otherBad, otherTotal } = table;
  return {
    harm: ALTERNATIVES.map((more) => against(ratio * more)),
    safety: logLikelihood(table, 1) - logLikelihood(table, Math.max(2, ratio * 1.5)),
    bad,
    total,
    expected: (total * otherBad) / otherTotal,
  };
}

/** One track against a fixed share. */
export function weightOver(bad: number, total: number, share: number): Weight {
  const odds = share / (1 - share);
  const likelihood = (more: number) => {
    const p = (odds * more) / (1 + odds * more);
    return bad * Math.log(p / share) + (total - bad) * Math.log((1 - p) / (1 - share));
  };
  return {
    harm: ALTERNATIVES.map(likelihood),
    safety: -likelihood(2),
    bad,
    total,
    expected: total * share,
  };
}

/**
 * Adds a window. What comes in bursts counts for less by `dispersion`: one client that tries a
 * thousand times is one fault. A bet is also placed anew in each window, with a part of the stake
 * that shrinks (1/2, 1/6, 1/12 …, one in all), so that a leak after good hours is seen soon.
 */
export function add(before: Evidence, weight: Weight, dispersion: number): Evidence {
  const looks = before.looks + 1;
  const fresh = -Math.log(looks * (looks + 1));
  const harm = weight.harm.map(
    (more, k) => logSum(before.harm[k] ?? Number.NEGATIVE_INFINITY, fresh) + more / dispersion,
  );
  const safety = before.safety + weight.safety / dispersion;
  const grown = { harm, safety, looks, since: sinceOf(before.since, weight) };
  return stakeOf(grown) <= 0 ? { ...grown, since: EVIDENCE_NOTHING } : grown;
}

/** ln of what the stake has become. */
export function stakeOf({ harm, looks }: Evidence): number {
  if (looks === 0) return 0;
  const idle = -Math.log(looks + 1);
  return logSum(idle, logMean(harm));
}

export function logMean(values: readonly number[]): number {
  const high = Math.max(...values);
  const sum = values.reduce((all, one) => all + Math.exp(one - high), 0);
  return high + Math.log(sum / values.length);
}

function sinceOf(before: EvidenceSince, { harm, bad, total, expected }: Weight): EvidenceSince {
  const isAgainst = Math.max(...harm) > 0;
  return {
    windows: before.windows + 1,
    against: before.against + (isAgainst ? 1 : 0),
    bad: before.bad + bad,
    total: before.total + total,
    expected: before.expected + expected,
  };
}

function logSum(a: number, b: number): number {
  const [high, low] = a > b ? [a, b] : [b, a];
  return high === Number.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(low - high));
}
