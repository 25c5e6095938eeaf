import { readBack } from '../../../providers/memory/index.ts';
import { EXIT, isOperation } from '../../../src/contract/index.ts';
import { DEFAULT_PACE, type DeploymentState, type Ending } from '../../../src/engine/index.ts';
import { type Evidence, isHaunted, isSameSplit, type Snapshot } from '../evidence.ts';
import type { Entry, Finding } from './finding.ts';

/** I8: rolled back means that the platform is as it was before. */
function rolledBackIsBefore(state: DeploymentState, evidence: Evidence, now: Snapshot): Finding {
  const { plan, id } = state;
  const old = plan.before.live?.id;
  if (evidence.meddled) return null;
  if (plan.release.id !== old && now.units[plan.release.id])
    return `${id} is rolled back and ${plan.release.id} is still there`;
  if (!old) return null;
  const opening = evidence.openings.get(id);
  if (now.live !== old) return `${id} is rolled back and ${now.live} is live`;
  if (opening && !isSameSplit(opening.split, now.split))
    return `${id} is rolled back and the split is ${JSON.stringify(now.split)}`;
  if (isRescaledBack(state, evidence)) return null;
  const [had, is] = [opening?.units[old]?.wanted ?? 0, now.units[old]?.wanted ?? 0];
  // As many as were ready when it was planned; fewer where fewer carry all of the load by now.
  const was = Math.min(had, plan.before.units || had, evidence.platform.units);
  return is < was ? `${id} is rolled back and ${old} has ${is} units of ${was}` : null;
}

/** An autoscaler was at work on the way back, which brings the old release up once and then goes first. */
const isRescaledBack = ({ id }: DeploymentState, { turns, rescaled }: Evidence): boolean =>
  rescaled >= (turns.get(id) ?? Infinity);

/** I9: succeeded means that the new release is live and has all of the traffic. */
function succeededIsLive(state: DeploymentState, evidence: Evidence, now: Snapshot): Finding {
  const { id } = state.plan.release;
  if (evidence.meddled) return null;
  return now.live === id && now.split[id] === 100 && (now.units[id]?.ready ?? 0) > 0
    ? null
    : `${state.id} succeeded and ${now.live} is live with ${JSON.stringify(now.split)}`;
}

/** I9: a step forward is recorded as done only while it is true. */
export function doneIsTrue({ record }: Entry, evidence: Evidence): Finding {
  const { body, deployment } = record;
  const outcome = 'outcome' in body ? body.outcome : null;
  const plan = evidence.states.get(deployment)?.plan;
  if (outcome?.result !== 'done' || outcome.reason !== null || evidence.meddled) return null;
  const step = plan?.steps.find(({ id }) => id === outcome.step);
  if (!plan || !step || !isOperation(step.action)) return null;
  const sent = evidence.effects.findLast(
    (effect) => effect.deployment === deployment && effect.step === step.id,
  );
  if (Math.max(evidence.disturbed, evidence.haunted) >= (sent?.sent.at ?? 0)) return null;
  const { state } = readBack(evidence.platform, step.action, { before: plan.before });
  return state === 'done' ? null : `${step.id} is recorded as done and is ${state}`;
}

/** I9 and I8 once more: what the log said last is still so when nothing is under way any more. */
export function endIsTrue(state: DeploymentState, evidence: Evidence, now: Snapshot): Finding {
  if (!state.ended) return `${state.id} never ends`;
  if (isHaunted(evidence)) return null;
  return ENDS[state.ended.result](state, evidence, now);
}

export const ENDS = { succeeded: succeededIsLive, 'rolled-back': rolledBackIsBefore } as const;

/** I6: after the end nothing is left that nobody refers to. */
export function nothingLeftOver(evidence: Evidence): Finding {
  const { platform, meddled } = evidence;
  const left = [...platform.releases.keys()].filter(
    (id) => id !== platform.live && (platform.split?.[id] ?? 0) === 0,
  );
  return left.length > 0 && !meddled && !isHaunted(evidence)
    ? `${left.join(', ')} is left over`
    : null;
}

const EXITS: Readonly<Record<Ending['result'], readonly number[]>> = {
  succeeded: [0],
  'rolled-back': [3],
  waiting: [5],
  failed: [5],
  denied: [5],
  interrupted: [1, 5, 6, 130, 143],
  diverged: [7],
  stuck: [4],
};

/** I12: the exit code says what the log says. */
export function exitSaysEnd(ending: Ending, { states, rot }: Evidence): Finding {
  const state = states.get(ending.deployment);
  if (rot && ending.exit === EXIT.needsPerson) return null;
  const recorded = state?.ended?.result ?? state?.stopped?.stop;
  if (!EXITS[ending.result].includes(ending.exit))
    return `${ending.result} ended with exit code ${ending.exit}`;
  const over = ending.result === 'succeeded' || ending.result === 'rolled-back';
  return over && recorded !== ending.result ? `said ${ending.result}, the log ${recorded}` : null;
}

/** A ttl, the time that calls may still take, and what the taking itself may. */
const FREE_AFTER = DEFAULT_PACE.ttl + DEFAULT_PACE.call + 3000;

/** I15: once all is well, a target whose holder is dead is taken within the time that is promised. */
export function targetIsFree({ record, at }: Entry, evidence: Evidence): Finding {
  const { body } = record;
  if (body.kind !== 'taken' || evidence.calmSince === null) return null;
  const began = evidence.takers.get(body.holder.actor.name) ?? 0;
  if (began < evidence.calmSince) return null;
  const freed = evidence.freedAt() ?? at;
  const waited = at - Math.max(began, freed, evidence.heardAt);
  return waited > FREE_AFTER ? `the target was free only after ${Math.round(waited)} ms` : null;
}
