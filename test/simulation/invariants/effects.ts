import type { Operation } from '../../../src/contract/index.ts';
import { type Effect, type Evidence, isHaunted, isSameSnapshot } from '../evidence.ts';
import type { Finding } from './finding.ts';

/** No call may be under way for longer: the engine cuts it, and nobody waits for it any more. */
const CALL = 15_000;
const SELF_FENCE = 40_000;

/** I1: no effect without a durable intent for its step, sent by the holder of that very epoch. */
export function effectHasIntent(effect: Effect, { intents }: Evidence): Finding {
  const { deployment, step, epoch, sent } = effect;
  const intended = intents.get(`${deployment}/${step}`);
  if (intended === undefined || intended > epoch)
    return `${step} took effect without an intent in the log`;
  if (sent.over) return `${step} was sent by a process that had ended`;
  if (sent.fromSleep) return null;
  if (sent.epoch !== epoch) return `${step} was sent by epoch ${epoch} under epoch ${sent.epoch}`;
  return sent.inFlight === step ? null : `${step} was sent while ${sent.inFlight} was in flight`;
}

/**
 * I2: nothing is sent when others may have taken the target, and effects come in the order of
 * epochs. Where the platform refuses no old epoch, a call may come out of order as long as one may
 * be under way, and one that was held up by the sleep of its process at any time.
 */
export function effectInEpochOrder(effect: Effect, { effects, shape }: Evidence): Finding {
  const { silent, fromSleep, at } = effect.sent;
  if (silent > SELF_FENCE && !fromSleep) return `sent ${silent} ms after the last sign of life`;
  const former = effects.at(-2);
  if (!former || former.epoch <= effect.epoch) return null;
  if (!shape.profile.fenced && (fromSleep || effect.at - at <= CALL)) return null;
  return `epoch ${effect.epoch} changed something after epoch ${former.epoch}`;
}

/** I3: weights sum to 100, and none is given forward to a release without the healthy capacity for it. */
export function splitIsServed(effect: Effect, evidence: Evidence): Finding {
  const { after, operation, sent } = effect;
  const weights = Object.values(after.split);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (weights.length > 0 && Math.abs(sum - 100) > 0.1) return `the split sums to ${sum}`;
  if (operation.kind !== 'route' || sent.direction === 'back') return null;
  // There the platform itself gives the capacity with the weight.
  if (evidence.shape.profile.capabilities.coupled) return null;
  if (evidence.disturbed >= sent.observed || evidence.meddled || isHaunted(evidence)) return null;
  for (const [id, weight] of Object.entries(operation.split)) {
    const ready = sent.units[id]?.ready ?? 0;
    // Where nothing is counted, one that answers is all that can be told.
    const isWhole = ready > 0 && !evidence.shape.profile.counts;
    const capacity = isWhole ? 100 : (ready / evidence.platform.units) * 100;
    if (weight > 0 && capacity + 0.01 < weight)
      return `${id} got ${weight} % with capacity for ${capacity} %`;
  }
  return null;
}

/** I4: what served before is not destroyed before the new release serves everything, promoted. */
export function lastGoodIsKept(effect: Effect, evidence: Evidence): Finding {
  const { states, meddled } = evidence;
  const { operation, before, deployment, sent } = effect;
  const plan = states.get(deployment)?.plan;
  const old = plan?.before.live?.id;
  if (operation.kind !== 'retire' || sent.direction === 'back' || operation.release !== old)
    return null;
  const id = plan?.release.id ?? '';
  const serves = before.split[id] === 100 || (before.split[old] ?? 0) === 0;
  return meddled || isHaunted(evidence) || (before.live === id && serves)
    ? null
    : `${old} was retired before ${id} served in its place`;
}

/** I4: whoever has traffic exists, and a step forward leaves none of them without a ready unit. */
export function trafficHasReceiver(effect: Effect, evidence: Evidence): Finding {
  const { before, after, sent } = effect;
  if (evidence.meddled || isHaunted(evidence)) return null;
  const receives = Object.keys(after.split).filter((id) => (after.split[id] ?? 0) > 0);
  const lost = receives.find((id) => !after.units[id]);
  if (lost) return `${lost} has traffic and does not exist`;
  if (sent.direction === 'back' || evidence.disturbed >= sent.observed) return null;
  const served = (id: string) => (before.units[id]?.ready ?? 0) > 0 || !before.split[id];
  const dark = receives.find((id) => served(id) && (after.units[id]?.ready ?? 0) === 0);
  return dark ? `${dark} has traffic and no ready unit` : null;
}

/** I6: a release that is there is not created again, and one removed on the way back stays removed. */
export function createdOnce(effect: Effect, evidence: Evidence): Finding {
  const { effects, states, meddled } = evidence;
  const { operation, deployment, before, sent } = effect;
  if (operation.kind !== 'start' || before.units[operation.release.id] || meddled) return null;
  if (effect.at > sent.at || isHaunted(evidence) || isOvertaken(effect)) return null;
  const candidate = states.get(deployment)?.plan.release.id === operation.release.id;
  if (candidate && sent.direction === 'back')
    return `${operation.release.id} was created going back`;
  const earlier = effects.filter(
    (other) =>
      other !== effect && other.deployment === deployment && created(other, operation.release.id),
  );
  return earlier.length > 0 && sent.direction === 'forward'
    ? `${operation.release.id} was created twice`
    : null;
}

function created({ before, after }: Effect, id: string): boolean {
  return !before.units[id] && after.units[id] !== undefined;
}

/**
 * Its sender slept between its last look and the call, and woke up with another holder at work. A
 * platform that was out of reach has not seen the new epoch yet, so that it refuses nothing; the new
 * holder's next call puts it right.
 */
const isOvertaken = ({ sent, epoch }: Effect): boolean => sent.fromSleep && sent.epoch > epoch;

/** I6: what had taken effect before its sender died is read back, and not sent again. */
export function notSentAgain({ effects }: Evidence): string[] {
  const again = effects.filter(
    (effect, index) =>
      isSameSnapshot(effect.before, effect.after) &&
      effects
        .slice(0, index)
        .some(({ deployment, step }) => deployment === effect.deployment && step === effect.step),
  );
  return again.map(({ step }) => `${step} was done and was sent again`);
}

/** I16: going back never gives the new release more traffic than it has. */
export function backNeverRaises(effect: Effect, evidence: Evidence): Finding {
  const { states, meddled } = evidence;
  const { before, after, deployment, sent } = effect;
  if (sent.direction === 'forward' || meddled || isHaunted(evidence)) return null;
  const plan = states.get(deployment)?.plan;
  const id = plan?.release.id ?? '';
  if (id === plan?.before.live?.id) return null;
  const [was, is] = [before.split[id] ?? 0, after.split[id] ?? 0];
  return is > was + 0.01 ? `${id} went from ${was} % to ${is} % on the way back` : null;
}

/** I17: an effect changes only what its operation names, and names only what the plan is about. */
export function onlyOwnIsTouched(effect: Effect, { states, shape }: Evidence): Finding {
  const { operation, before, after, deployment } = effect;
  const plan = states.get(deployment)?.plan;
  const named = namedBy(operation);
  const owned = new Set([plan?.release.id, plan?.before.live?.id]);
  for (const id of Object.keys(plan?.before.split ?? {})) owned.add(id);
  for (const { action } of plan?.steps ?? [])
    if (action.kind === 'retire') owned.add(action.release);
  const foreign = named.find((id) => !owned.has(id));
  if (foreign) return `${operation.kind} names ${foreign}, which the plan does not know`;
  // There traffic takes capacity with it, from whoever had it.
  if (shape.profile.capabilities.coupled) return null;
  const touched = [...Object.keys(before.units), ...Object.keys(after.units)].find(
    (id) =>
      !named.includes(id) &&
      (before.units[id]?.wanted !== after.units[id]?.wanted ||
        before.units[id]?.ready !== after.units[id]?.ready),
  );
  return touched ? `${operation.kind} of ${named.join(', ')} changed ${touched}` : null;
}

function namedBy(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case 'start':
      return [operation.release.id];
    case 'replace':
      return [operation.release.id, operation.from.id];
    case 'route':
      return Object.keys(operation.split);
    case 'retire':
      return operation.keeps ? [operation.release, operation.keeps] : [operation.release];
    default:
      return [operation.release];
  }
}
