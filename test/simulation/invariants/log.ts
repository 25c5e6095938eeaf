import { isDeepStrictEqual } from 'node:util';
import type { Action, Outcome } from '../../../src/contract/index.ts';
import { type DeploymentState, replay } from '../../../src/engine/index.ts';
import { sha256 } from '../../../src/lib/canonical.ts';
import type { Evidence } from '../evidence.ts';
import type { Entry, Finding } from './finding.ts';

/** I5: the log is dense, its chain of hashes holds, its epochs never fall, and an end is an end. */
export function recordFollows({ record, text }: Entry, { records }: Evidence): Finding {
  const { seq, hash, prev, epoch, body } = record;
  const former = records.at(-2);
  if (seq !== records.length) return `record ${records.length} has number ${seq}`;
  if (sha256(withoutHash(text, hash)) !== hash) return `record ${seq} does not match its hash`;
  if (!former) return null;
  if (prev !== former.hash) return `the chain is broken at ${seq}`;
  if (epoch < former.epoch) return `the epoch fell at ${seq}`;
  const opens = body.kind === 'opened';
  if (opens !== (former.body.kind === 'ended'))
    return `record ${seq} (${body.kind}) comes after ${former.body.kind}`;
  return (opens || body.kind === 'taken') !== epoch > former.epoch
    ? `record ${seq} (${body.kind}) has epoch ${epoch} after ${former.epoch}`
    : null;
}

function withoutHash(text: string, hash: string): string {
  const field = `"hash":"${hash}",`;
  const at = text.lastIndexOf(field);
  return text.slice(0, at) + text.slice(at + field.length);
}

/** I10: a step that gates decide is done only with a pass from an answer that was one. */
export function passesAreEarned({ record }: Entry, { states }: Evidence): Finding {
  const { body } = record;
  if (body.kind === 'gates') {
    const unearned = body.rounds.find(
      ({ judgement, measurement }) =>
        judgement.verdict === 'pass' &&
        (measurement.kind !== 'ok' || !Number.isFinite(measurement.candidate?.value)),
    );
    return unearned ? `${unearned.gate} passed on ${unearned.measurement.kind}` : null;
  }
  const outcome = 'outcome' in body ? body.outcome : null;
  const state = states.get(record.deployment);
  if (outcome?.result !== 'done' || !state) return null;
  return unearnedBy(state, outcome);
}

function unearnedBy(state: DeploymentState, { step: id, reason }: Outcome): Finding {
  const step = state.plan.steps.find((candidate) => candidate.id === id);
  const skipped = state.controls.some(
    ({ control, during }) => during === id && control.kind === 'promote',
  );
  if (!step || skipped || reason !== null) return null;
  const { action } = step;
  const without = asks(action, step.watch).find(
    (gate) =>
      !state.rounds.some(
        (round) => round.gate === gate && round.step === id && round.judgement.verdict === 'pass',
      ),
  );
  return without ? `${id} is done although ${without} never passed` : null;
}

function asks(action: Action, watch: readonly string[]): readonly string[] {
  if (action.kind === 'check') return action.gates;
  return action.kind === 'hold' || action.kind === 'bake' ? watch : [];
}

/** I13: a step that asks for a yes is done only with one that was given for this very plan, at this step. */
export function approvalIsBound({ record }: Entry, { states }: Evidence): Finding {
  const { body } = record;
  const state = states.get(record.deployment);
  const outcome = 'outcome' in body ? body.outcome : null;
  if (outcome?.result !== 'done' || !state) return null;
  const step = state.plan.steps.find(({ id }) => id === outcome.step);
  const asked = step?.action.kind === 'approve' || outcome.reason !== null;
  const given = state.controls.some(
    ({ control, during }) =>
      during === outcome.step &&
      (control.kind === 'approve' || control.kind === 'promote') &&
      control.deployment === state.id &&
      control.planHash === state.plan.hash,
  );
  return asked && !given ? `${outcome.step} went on without a yes for this plan` : null;
}

/** I16: a deployment that has turned never goes forward again. */
export function neverForwardAgain({ record }: Entry, { states }: Evidence): Finding {
  const state = states.get(record.deployment);
  if (!state?.turned || record.body.kind !== 'step') return null;
  const { intent } = record.body;
  return intent && !state.course.some((step) => step.id === intent)
    ? `${intent} was begun after the deployment had turned`
    : null;
}

/** A log with a damaged record is not gone on with by anybody who would have to read it. */
export function damageStops({ record }: Entry, { rot, takers }: Evidence): Finding {
  if (!rot || record.chapter !== rot.chapter || record.body.kind !== 'taken') return null;
  const began = takers.get(record.body.holder.actor.name) ?? 0;
  return began > rot.at ? `the log was gone on with over damaged record ${rot.seq}` : null;
}

/** I18: the log alone gives the state that was followed record by record. */
export function replayGivesState(state: DeploymentState, { records }: Evidence): Finding {
  const chapter = records.filter((record) => record.deployment === state.id);
  return isDeepStrictEqual(replay(chapter), state)
    ? null
    : `replaying ${state.id} gives another state`;
}

/** I18: what the holder had in mind is what its records say; its plan is the one that was hashed. */
export function holderKnowsLog(held: DeploymentState, { records }: Evidence): Finding {
  const chapter = records.filter(
    ({ deployment, seq }) => deployment === held.id && seq <= held.seq,
  );
  const logged = replay(chapter);
  const stored = JSON.parse(JSON.stringify({ ...held, plan: held.plan.hash, course: ids(held) }));
  const same = { ...logged, plan: logged.plan.hash, course: ids(logged) };
  return isDeepStrictEqual(same, stored)
    ? null
    : `the holder of ${held.id} has another state in mind than its log gives`;
}

const ids = ({ course }: DeploymentState): readonly string[] => course.map(({ id }) => id);
