import type { Judgement, JudgeSpec, Measurement, Reading, Verdict } from '../contract/index.ts';
import { formatDuration } from '../lib/duration.ts';
import { type Finding, find, isSound } from './breach.ts';
import { final, overAll, settled } from './final.ts';
import { beginWith, evidenceOf, type JudgeState } from './judge-state.ts';

export { final, isPassing, settled } from './final.ts';
export { beginWith, initialState, type JudgeState } from './judge-state.ts';

interface Judged {
  readonly state: JudgeState;
  readonly judgement: Judgement;
}

/** So many answers in a row by somebody else: the routing is not what was verified. */
const WRONG_VERSIONS = 3;

/** Pure. `at` is monotonic ms. */
export function judge(
  spec: JudgeSpec,
  state: JudgeState,
  measurement: Measurement,
  at: number,
): Judged {
  switch (measurement.kind) {
    case 'ok':
      return weigh(spec, state, measurement, at);
    case 'wrongVersion':
      return byAnother(state, measurement);
    case 'sourceError':
    case 'timeout':
      return unanswered(spec, state, measurement);
    default:
      return settle({ ...state, errors: 0 }, measurement, 'inconclusive', because(measurement));
  }
}

/** As the engine calls it. */
export const gateJudge = {
  begin: beginWith,
  judge,
  final: (spec: JudgeSpec, state: JudgeState) => final(state, spec),
  settled: (spec: JudgeSpec, state: JudgeState) => settled(state, spec),
};

function unanswered(spec: JudgeSpec, state: JudgeState, measurement: Measurement): Judged {
  const errors = state.errors + 1;
  const because = errors < spec.errorLimit ? '' : `blind, ${errors} errors in a row: `;
  const found = { reason: because + measurement.detail, limit: null };
  return settle({ ...state, errors }, measurement, 'error', found);
}

function byAnother(before: JudgeState, measurement: Measurement): Judged {
  const wrongVersions = before.wrongVersions + 1;
  const state = { ...before, errors: 0, wrongVersions };
  if (wrongVersions < WRONG_VERSIONS) {
    return settle(state, measurement, 'inconclusive', because(measurement));
  }
  const reason = `${measurement.detail} (${wrongVersions} times in a row)`;
  return settle(state, measurement, 'fail', { reason, limit: null });
}

function weigh(spec: JudgeSpec, before: JudgeState, measurement: Measurement, at: number): Judged {
  const { candidate } = measurement;
  const answered = { ...before, errors: 0, wrongVersions: 0 };
  if (!candidate || !isSound(candidate)) return unusable(answered, measurement);
  const state = pool({ ...answered, samples: before.samples + candidate.samples }, measurement);
  const found = find(spec, measurement, candidate);
  if (found.is === 'good') return good(spec, state, measurement, found);
  const suspect = { ...state, suspect: true };
  if (found.is === 'breach') return breach(spec, suspect, measurement, found, at);
  return settle(suspect, measurement, 'inconclusive', found);
}

function good(
  spec: JudgeSpec,
  before: JudgeState,
  measurement: Measurement,
  found: Finding,
): Judged {
  const state = { ...before, suspect: false, breaches: 0, breachedFor: 0 };
  const doubt = tooFew(state, spec) ?? overAll(state, spec);
  return doubt
    ? settle(state, measurement, 'inconclusive', but(found, doubt))
    : settle(state, measurement, 'pass', found);
}

/** Only some breaches are a failure yet; `at` tells how long they have lasted. */
function breach(
  spec: JudgeSpec,
  before: JudgeState,
  measurement: Measurement,
  found: Finding,
  at: number,
): Judged {
  const few = found.hard ? null : tooFew(before, spec);
  if (few) return settle(before, measurement, 'inconclusive', but(found, few));
  // A clock that ran backwards is another machine's, after a resume: that gap counts for nothing.
  const gap = before.breaches > 0 ? Math.max(0, at - before.breachedAt) : 0;
  const state = {
    ...before,
    breaches: before.breaches + 1,
    breachedFor: before.breachedFor + gap,
    breachedAt: at,
  };
  const lacking = lacks(spec, state, found.weak ? 2 : 1);
  return lacking
    ? settle(state, measurement, 'inconclusive', but(found, lacking))
    : settle(state, measurement, 'fail', found);
}

/** What a row of breaches lacks of a failure; null when it is one. */
function lacks(spec: JudgeSpec, state: JudgeState, least: number): string | null {
  const { breaches, breachedFor } = state;
  const timed = spec.for > 0;
  const counted = spec.consecutive > 1 || !timed;
  const needed = Math.max(spec.consecutive, least);
  if (timed && breachedFor >= spec.for) return null;
  if (counted && breaches >= needed) return null;
  return counted
    ? `${breaches} of ${needed} in a row`
    : `for ${formatDuration(breachedFor)} of ${formatDuration(spec.for)}`;
}

function tooFew({ samples }: JudgeState, { minSamples }: JudgeSpec): string | null {
  return samples < minSamples ? `${samples} of ${minSamples} samples` : null;
}

/** Breaching readings count as well: a release that fails by fits and starts never breaches twice in a row. */
function pool(state: JudgeState, { unit, candidate, stable }: Measurement): JudgeState {
  if (unit !== 'ratio') return state;
  const own = countsOf(candidate);
  const other = stable && isSound(stable) ? countsOf(stable) : NO_COUNTS;
  return {
    ...state,
    bad: state.bad + own.bad,
    total: state.total + own.total,
    stableBad: state.stableBad + other.bad,
    stableTotal: state.stableTotal + other.total,
  };
}

const NO_COUNTS = { bad: 0, total: 0 } as const;

function countsOf(reading: Reading | null): { readonly bad: number; readonly total: number } {
  const { bad, total } = reading ?? {};
  return bad === undefined || total === undefined ? NO_COUNTS : { bad, total };
}

function unusable(state: JudgeState, measurement: Measurement): Judged {
  const { candidate, detail } = measurement;
  const received = Object.entries(candidate ?? {}).map(([name, value]) => `${name} ${value}`);
  const reason = `not to be judged: ${received.join(', ') || detail}`;
  return settle(state, { ...measurement, kind: 'notFinite' }, 'inconclusive', {
    reason,
    limit: null,
  });
}

type Ground = Pick<Finding, 'reason' | 'limit'>;

const because = ({ detail }: Measurement): Ground => ({ reason: detail, limit: null });

const but = ({ reason, limit }: Ground, doubt: string): Ground => ({
  reason: `${reason}; ${doubt}`,
  limit,
});

function settle(
  state: JudgeState,
  { kind, candidate, unit }: Measurement,
  verdict: Verdict,
  { reason, limit }: Ground,
): Judged {
  const value = candidate && Number.isFinite(candidate.value) ? candidate.value : null;
  return {
    state: { ...state, last: { kind, verdict, reason } },
    judgement: { verdict, reason, value, limit, unit, ...evidenceOf(state) },
  };
}
