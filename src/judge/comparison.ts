import type { JudgeSpec, Measurement, Reading } from '../contract/index.ts';
import { dispersionOf } from './dispersion.ts';
import { type Evidence, stakeOf } from './evidence.ts';
import { counted, rounded, written } from './figures.ts';
import type { Finding } from './finding.ts';
import { exactTail } from './hypergeometric.ts';
import { intervalOf } from './interval.ts';
import { type JudgeState, stableCounts } from './judge-state.ts';
import { FEWEST, medianOf, rankTail, shiftOf } from './mann-whitney.ts';

export type Comparison = NonNullable<JudgeSpec['compare']>;

/** A spec that compares. */
type ComparingSpec = JudgeSpec & { readonly compare: Comparison };

/** A fine candidate fails by chance once in a hundred deployments, whatever they have of gates. */
export const COMPARISON_ALPHA = 0.01;
/** Of which the one look after a stage of one window gets a tenth. */
const ONE_LOOK = 0.1;

/** ln of the stake that condemns. Nothing passes any more from half of it on. */
export const failsAt = (alpha = COMPARISON_ALPHA) => -Math.log(alpha * (1 - ONE_LOOK));

/** One window may be a burst, unless it speaks for two. */
export function condemns(evidence: Evidence, spec: JudgeSpec): boolean {
  const stake = stakeOf(evidence);
  const fails = failsAt(spec.alpha);
  return stake >= fails && (evidence.since.against >= 2 || stake >= 2 * fails);
}

function limitAgainst({ ratio, difference, floor }: Comparison, stable: number): number {
  return Math.max(stable * ratio, stable + difference, floor);
}

/** A measurement whose numbers can be judged; of stable there may be none. */
interface Compared {
  readonly candidate: Reading;
  readonly stable: Reading | null;
  readonly unit: Measurement['unit'];
}

/** What both tracks have counted in all windows of this deployment says. */
export function compareCounts(
  spec: ComparingSpec,
  state: JudgeState,
  { candidate, stable, unit }: Compared,
): Finding {
  const { compare } = spec;
  const { compared } = state;
  const past = stableCounts(state);
  const fails = failsAt(spec.alpha);
  const stake = stakeOf(compared);
  const isBad = isWorse(compare, state) && stake >= fails / 2;
  if (!isBad && comparisonShareOf(candidate) < compare.floor) {
    const reason = `nothing below ${written(compare.floor, unit)} counts`;
    return comparisonGood(compare.floor, `${counted(candidate, unit)}, ${reason}`);
  }
  if (past.total === 0)
    return comparisonUnsure(
      null,
      `${counted(candidate, unit)}, stable has no data to compare with`,
    );
  if (past.total < spec.minSamples) {
    const few = `stable has ${past.total} of ${spec.minSamples} samples to compare with`;
    return comparisonUnsure(null, `${counted(candidate, unit)}, ${few}`);
  }
  const usual = stable && stable.samples > 0 ? comparisonShareOf(stable) : stableShareOf(state);
  const limit = limitAgainst(compare, usual);
  const when = state.stableTotal === 0 ? ' as it was before' : '';
  const now = `${counted(candidate, unit)}, stable ${written(usual, 'ratio')}${when}`;
  if (!isBad) {
    const proof = stake > 0 ? `; evidence ${figure(stake)}, fails at ${figure(fails)}` : '';
    return comparisonGood(limit, `${now}, limit ${written(limit, 'ratio')}${proof}`);
  }
  const reason = comparisonTold(compare, state, fails);
  return condemns(compared, spec)
    ? { is: 'breach', final: true, weak: false, hard: true, limit, reason }
    : comparisonUnsure(limit, `${reason}: not beyond doubt yet`);
}

/** After a stage of a single window: Fisher's exact test, made once. */
export function failsOneLook(
  spec: JudgeSpec,
  compare: Comparison,
  state: JudgeState,
): string | null {
  if (state.windows !== 1 || state.stableTotal === 0 || !isWorse(compare, state)) return null;
  const dispersion = dispersionOf(state.spread);
  const table = {
    bad: Math.floor(state.bad / dispersion),
    total: state.total,
    otherBad: Math.ceil(state.stableBad / dispersion),
    otherTotal: state.stableTotal,
  };
  const chance = exactTail(table, compare.ratio);
  if (chance >= ONE_LOOK * (spec.alpha ?? COMPARISON_ALPHA)) return null;
  const own = `${written(state.bad / state.total, 'ratio')} (${state.bad} of ${state.total})`;
  return `${own}, stable ${written(stableShareOf(state), 'ratio')}: chance gives that once in ${rounded(1 / chance)} times`;
}

/** Whether it is worse at all, by as much as matters, since something has spoken against it. */
function isWorse({ ratio, difference, floor }: Comparison, state: JudgeState): boolean {
  const { bad, total, expected, windows } = state.compared.since;
  if (windows === 0) return false;
  const [own, usual] = [bad / total, expected / total];
  return own >= floor && own > usual * ratio && own > usual + difference;
}

function stableShareOf(state: JudgeState): number {
  const { bad, total } = stableCounts(state);
  return total === 0 ? 0 : bad / total;
}

const comparisonShareOf = ({ bad, total, value }: Reading) =>
  bad === undefined || !total ? value : bad / total;

function comparisonTold(compare: Comparison, { compared }: JudgeState, fails: number): string {
  const { bad, total, expected, windows } = compared.since;
  const { low, high } = intervalOf(bad, total);
  const sure = `${written(low, 'ratio')} to ${written(high, 'ratio')}`;
  const own = `${written(bad / total, 'ratio')} (${bad} of ${total}, surely ${sure})`;
  const usual = expected / total;
  const limit = `limit ${written(limitAgainst(compare, usual), 'ratio')}`;
  const when = windows === 1 ? 'one window' : `${windows} windows`;
  const proof = `evidence ${figure(stakeOf(compared))}, fails at ${figure(fails)}`;
  return `${own} in ${when}, stable ${written(usual, 'ratio')}, ${limit}; ${proof}`;
}

/** A stake of a thousand digits tells nobody more than that it is beyond doubt. */
const figure = (ln: number) =>
  ln > Math.log(1e6) ? 'over 1000000' : String(rounded(Math.exp(ln)));

/**
 * What is no count: values of one series hang together, so that only ranks over several windows say
 * something, and each look spends its part of the chance (1/2, 1/6, 1/12 … of it).
 */
export function compareGauge(
  { compare, alpha }: ComparingSpec,
  { points }: JudgeState,
  { candidate, stable, unit }: Compared,
): Finding {
  if (!stable)
    return comparisonUnsure(
      null,
      `${counted(candidate, unit)}, stable has no data to compare with`,
    );
  const usual = medianOf(points.stable);
  const limit = limitAgainst(compare, usual);
  const now = `${counted(candidate, unit)}, stable ${written(stable.value, unit)}, limit ${written(limit, unit)}`;
  const { looks } = points;
  const shift = shiftOf(points.candidate, points.stable);
  const isHigher = usual + shift > limit;
  if (candidate.value <= limitAgainst(compare, stable.value)) return comparisonGood(limit, now);
  if (looks === 0)
    return comparisonUnsure(
      limit,
      `${now}; ${points.candidate.length} of ${FEWEST} readings to compare`,
    );
  const chance = rankTail(points.candidate, points.stable);
  const spent = (alpha ?? COMPARISON_ALPHA) / (looks * (looks + 1));
  const reason = `${now}; in ${points.candidate.length} windows higher by ${written(shift, unit)}`;
  return isHigher && chance < spent
    ? { is: 'breach', final: true, weak: false, hard: true, limit, reason }
    : comparisonUnsure(limit, `${reason}: not statistically significant yet`);
}

const comparisonGood = (limit: number | null, reason: string): Finding => ({
  is: 'good',
  weak: false,
  hard: false,
  limit,
  reason,
});

const comparisonUnsure = (limit: number | null, reason: string): Finding => ({
  is: 'unsure',
  weak: false,
  hard: false,
  limit,
  reason,
});
