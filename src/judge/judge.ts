import type { Judgement, JudgeSpec, Measurement, Verdict } from '../contract/index.ts';
import { formatDuration } from '../lib/duration.ts';
import { find, isSound } from './breach.ts';
import { written } from './figures.ts';
import { final, overAll, settled } from './final.ts';
import type { Finding } from './finding.ts';
import { beginWith, evidenceOf, type JudgeState } from './judge-state.ts';
import { endByScore } from './kayenta/end.ts';
import { learn, lineUp, pool } from './pool.ts';

export { final, isPassing, settled } from './final.ts';
export { initialState, type JudgeState } from './judge-state.ts';

interface Judged {
  readonly state: JudgeState;
  readonly judgement: Judgement;
}

/** `at` is monotonic ms. */
export interface TimedMeasurement {
  readonly measurement: Measurement;
  readonly at: number;
}

/** So many answers in a row by somebody else: the routing is not what was verified. */
const WRONG_VERSIONS = 3;

/** Pure. */
export function judge(spec: JudgeSpec, state: JudgeState, timed: TimedMeasurement): Judged {
  const { measurement } = timed;
  switch (measurement.kind) {
    case 'ok':
      return weigh(spec, state, timed);
    case 'wrongVersion':
      return byAnother(state, measurement);
    case 'sourceError':
    case 'timeout':
      return unanswered(spec, state, measurement);
    default:
      return silent(spec, state, measurement);
  }
}

function silent(spec: JudgeSpec, before: JudgeState, measurement: Measurement): Judged {
  const state = spec.kayenta ? lineUp(before, spec, measurement) : before;
  return settle({ ...state, errors: 0 }, measurement, inconclusive(because(measurement)));
}

/** As the engine calls it. */
export const gateJudge = {
  begin: beginWith,
  learn,
  judge,
  final: (spec: JudgeSpec, state: JudgeState) => final(state, spec),
  settled: (spec: JudgeSpec, state: JudgeState) => settled(state, spec),
  together: endByScore,
};

function unanswered(spec: JudgeSpec, state: JudgeState, measurement: Measurement): Judged {
  const next = state.errors + 1;
  const errors = measurement.permanent ? Math.max(next, spec.errorLimit) : next;
  const count = measurement.permanent ? '' : `, ${errors} errors in a row`;
  const because = errors < spec.errorLimit ? '' : `blind${count}: `;
  const found = { reason: because + measurement.detail, limit: null };
  return settle({ ...state, errors }, measurement, { verdict: 'error', ...found });
}

function byAnother(before: JudgeState, measurement: Measurement): Judged {
  const wrongVersions = before.wrongVersions + 1;
  const state = { ...before, errors: 0, wrongVersions };
  if (wrongVersions < WRONG_VERSIONS) {
    return settle(state, measurement, inconclusive(because(measurement)));
  }
  const reason = `${measurement.detail} (${wrongVersions} times in a row)`;
  return settle(state, measurement, { verdict: 'fail', reason, limit: null });
}

interface WeighedMeasurement {
  readonly measurement: Measurement;
  readonly found: Finding;
  readonly at: number;
}

function weigh(spec: JudgeSpec, before: JudgeState, timed: TimedMeasurement): Judged {
  const { measurement, at } = timed;
  const { candidate } = measurement;
  const answered = { ...before, errors: 0, wrongVersions: 0 };
  if (!candidate || !isSound(candidate)) return unusable(answered, measurement);
  const seen = { ...answered, samples: before.samples + candidate.samples };
  const state = pool(seen, spec, measurement);
  const found = find(spec, state, { ...measurement, candidate });
  if (found.is === 'good') return good(spec, state, { measurement, found, at });
  const suspect = { ...state, suspect: true };
  if (found.is === 'breach') return breach(spec, suspect, { measurement, found, at });
  return settle(suspect, measurement, inconclusive(found));
}

function good(
  spec: JudgeSpec,
  before: JudgeState,
  { measurement, found }: WeighedMeasurement,
): Judged {
  const state = { ...before, suspect: false, breaches: 0, breachedFor: 0 };
  const doubt = tooFew(state, spec) ?? overAll(state, spec) ?? unproven(state, spec);
  return doubt
    ? settle(state, measurement, inconclusive(but(found, doubt)))
    : settle(state, measurement, { ...found, verdict: 'pass' });
}

/** Only some breaches are a failure yet; `at` tells how long they have lasted. */
function breach(
  spec: JudgeSpec,
  before: JudgeState,
  { measurement, found, at }: WeighedMeasurement,
): Judged {
  // A clock that ran backwards is another machine's, after a resume: that gap counts for nothing.
  const gap = before.breaches > 0 ? Math.max(0, at - before.breachedAt) : 0;
  const state = {
    ...before,
    breaches: before.breaches + 1,
    breachedFor: before.breachedFor + gap,
    breachedAt: at,
    failures: before.failures + 1,
  };
  if (found.final) return settle(state, measurement, { ...found, verdict: 'fail' });
  const lacking = lacks(spec, state, found.weak ? 2 : 1);
  return lacking
    ? settle(state, measurement, inconclusive(but(found, lacking)))
    : settle(state, measurement, { ...found, verdict: 'fail' });
}

/** What a row of breaches lacks of a failure; null when it is one. */
function lacks(spec: JudgeSpec, state: JudgeState, least: number): string | null {
  const { breaches, breachedFor } = state;
  const timed = spec.for > 0;
  const counted = spec.consecutive > 1 || !timed;
  const needed = Math.max(spec.consecutive, least);
  const borne = spec.failureLimit ?? 0;
  if (borne > 0 && state.failures <= borne)
    return `${state.failures} of ${borne} breaches that are borne`;
  if (timed && breachedFor >= spec.for) return null;
  if (counted && breaches >= needed) return null;
  return counted
    ? `${breaches} of ${needed} in a row`
    : `for ${formatDuration(breachedFor)} of ${formatDuration(spec.for)}`;
}

/** A pass that was asked to be proven needs evidence, not only the lack of it. */
function unproven({ compared, limited }: JudgeState, spec: JudgeSpec): string | null {
  if (spec.pass !== 'proven') return null;
  const { safety } = spec.compare ? compared : limited;
  if (safety >= SURE) return null;
  return `not proven yet: evidence ${written(Math.exp(Math.max(0, safety)), 'count')} of ${PROOF} that it does not do twice as badly`;
}

/** So many times likelier as good than twice as bad. */
const PROOF = 20;
const SURE = Math.log(PROOF);

function tooFew({ samples }: JudgeState, { minSamples }: JudgeSpec): string | null {
  return samples < minSamples ? `${samples} of ${minSamples} samples` : null;
}

function unusable(state: JudgeState, measurement: Measurement): Judged {
  const { candidate, detail } = measurement;
  const received = Object.entries(candidate ?? {}).map(([name, value]) => `${name} ${value}`);
  const reason = `unusable reading: ${received.join(', ') || detail}`;
  const unsound: Measurement = { ...measurement, kind: 'notFinite' };
  return settle(state, unsound, inconclusive({ reason, limit: null }));
}

type Ground = Pick<Finding, 'reason' | 'limit'>;
type GroundedVerdict = Ground & { readonly verdict: Verdict };

const inconclusive = (ground: Ground): GroundedVerdict => ({ ...ground, verdict: 'inconclusive' });

const because = ({ detail }: Measurement): Ground => ({ reason: detail, limit: null });

const but = ({ reason, limit }: Ground, doubt: string): Ground => ({
  reason: `${reason}; ${doubt}`,
  limit,
});

function settle(
  state: JudgeState,
  { kind, candidate, unit }: Measurement,
  { verdict, reason, limit }: GroundedVerdict,
): Judged {
  const inconclusives = verdict === 'inconclusive' ? state.inconclusives + 1 : 0;
  const value = candidate && Number.isFinite(candidate.value) ? candidate.value : null;
  const after = { ...state, inconclusives, last: { kind, verdict, reason, unit } };
  return {
    state: after,
    judgement: { verdict, reason, value, limit, unit, ...evidenceOf(after) },
  };
}
