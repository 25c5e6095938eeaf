import type { JudgeSpec } from '../../contract/index.ts';
import type { Final } from '../final.ts';
import { type Classification, classify } from './classify.ts';
import { scoreOf } from './score.ts';

/** What is needed of the judge's memory of a gate. */
type Remembered = { readonly series: Parameters<typeof classify>[1] };

/** The end of a gate by what Kayenta calls it; its score has not been looked at yet. */
export function endByClass(
  spec: NonNullable<JudgeSpec['kayenta']>,
  { series }: Remembered,
  words: (found: Classification) => string,
): Final {
  const found = classify(spec, series);
  const reason = words(found);
  if (found.is === 'pass') return { verdict: 'pass', reason, found };
  const isKnown = found.is !== 'error' && (found.is !== 'nodata' || found.critical);
  return { verdict: isKnown ? 'fail' : 'inconclusive', reason, found };
}

/** A gate at the end of a phase. `last`: no later phase judges it. */
export interface ScoredGate {
  readonly gate: string;
  readonly spec: JudgeSpec;
  readonly end: Final;
  readonly last: boolean;
}

/**
 * Gates by Kayenta's judge stand and fall together, by their score: one that is High passes where the
 * score is high enough. One that cannot say yet is waited for where it could still save the others.
 */
export function endByScore(ends: readonly ScoredGate[]): readonly Final[] {
  const scored = ends.filter(({ spec, end }) => spec.kayenta && end.found);
  if (scored.length === 0) return ends.map(({ end }) => end);
  const needed = neededOf(scored);
  const score = scoreOf(scored.map(asMetric));
  const isBelow = score.value < needed;
  const told = `score ${score.value}, needs ${needed}`;
  const isSomeone = scored.some(({ end }) => end.verdict === 'fail');
  return ends.map((one) => {
    const { spec, end } = one;
    if (!spec.kayenta || !end.found || end.verdict === 'inconclusive') return end;
    const reason = `${end.reason}; ${told}`;
    if (!isBelow) return { ...end, verdict: 'pass', reason };
    if (end.verdict === 'pass' && isSomeone) return end;
    return { ...end, verdict: 'fail', reason };
  });
}

/** Who cannot say yet may still pass. */
function asMetric({ spec, end }: ScoredGate) {
  const { is = 'error', critical = false } = end.found ?? {};
  const isOpen = end.verdict === 'inconclusive';
  const found = isOpen ? { is: 'pass' as const, critical: false } : { is, critical };
  return { spec: spec.kayenta as NonNullable<JudgeSpec['kayenta']>, found };
}

/** Of gates that say different things the strictest. */
function neededOf(scored: readonly ScoredGate[]): number {
  const isLast = scored.every(({ last }) => last);
  return Math.max(
    ...scored.map(({ spec }) => (isLast ? spec.kayenta?.pass : spec.kayenta?.marginal) ?? 100),
  );
}
