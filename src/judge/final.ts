import type { JudgeSpec, Verdict } from '../contract/index.ts';
import { proven } from './breach.ts';
import { failsOneLook } from './comparison.ts';
import { written } from './figures.ts';
import type { JudgeState } from './judge-state.ts';
import type { Classification } from './kayenta/classify.ts';
import { endByClass } from './kayenta/end.ts';
import { classWords } from './kayenta/gate.ts';

/** The end of a phase knows no errors: who cannot see has nothing to say for or against. */
export interface Final {
  readonly verdict: Exclude<Verdict, 'error'>;
  readonly reason: string;
  /** As many errors, or readings without a verdict, in a row as the gate's own limit allows: more time is not given. */
  readonly blind?: boolean;
  /** Of a gate by Kayenta's judge: what its score is made of. */
  readonly found?: Classification;
}

/** Whether the gate would pass if the phase ended now. */
export function isPassing(state: JudgeState): boolean {
  return state.last?.verdict === 'pass';
}

/** What the end of a phase makes of it: a pass needs enough samples in all, and the last reading good. */
export function final(state: JudgeState, spec: JudgeSpec): Final {
  const { last } = state;
  if (!last) return { verdict: 'inconclusive', reason: 'never measured' };
  const { verdict, reason } = last;
  if (verdict === 'fail') return { verdict, reason };
  const all = verdict === 'pass' ? null : overAll(state, spec);
  const failure = all ?? (spec.compare && failsOneLook(spec, spec.compare, state));
  if (failure) return { verdict: 'fail', reason: failure };
  const called = endByKayenta(state, spec);
  if (called) return called;
  const { inconclusiveLimit = Infinity } = spec;
  if (verdict === 'inconclusive' && state.inconclusives >= inconclusiveLimit) {
    const starved = `starved, ${state.inconclusives} readings without a verdict: ${reason}`;
    return { verdict, reason: starved, blind: true };
  }
  if (verdict === 'pass' || verdict === 'inconclusive') return { verdict, reason };
  if (state.errors >= spec.errorLimit) return { verdict: 'inconclusive', reason, blind: true };
  return { verdict: 'inconclusive', reason: `the last reading failed: ${reason}` };
}

/** All windows count there, also where the last one had nothing; null where it has no say. */
function endByKayenta(state: JudgeState, { kayenta, minSamples }: JudgeSpec): Final | null {
  const { last, series, samples } = state;
  const isHeard = last?.kind === 'ok' || last?.kind === 'noData' || last?.kind === 'notFinite';
  if (!kayenta || !last || !isHeard || samples < minSamples) return null;
  return endByClass(kayenta, state, (found) => classWords(found, series, last.unit));
}

/**
 * What the end of the extension makes of it: a gate that starved passes if that was asked for in
 * writing. One that is blind, suspects something or met another version never does.
 */
export function settled(state: JudgeState, spec: JudgeSpec): Final {
  const end = final(state, spec);
  const starved = state.last?.kind === 'noData' || state.last?.kind === 'ok';
  if (end.verdict !== 'inconclusive' || spec.onNoData !== 'pass') return end;
  if (!starved || state.suspect) return end;
  return { verdict: 'pass', reason: `passes without data, as configured: ${end.reason}` };
}

/** Few requests at a time may hide what all of them together show. */
export function overAll({ bad, total }: JudgeState, { max }: JudgeSpec): string | null {
  if (total === 0 || max === null || bad / total <= max || !proven(bad, total, max)) return null;
  const all = `${written(bad / total, 'ratio')} in all (${bad} of ${total})`;
  return `${all}, limit ${written(max, 'ratio')}`;
}
