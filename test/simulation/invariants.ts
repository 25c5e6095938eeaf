import type { JournalRecord } from '../../src/contract/index.ts';
import { type DeploymentState, type Ending, replay } from '../../src/engine/index.ts';
import { canonicalJson, hashOf } from '../../src/lib/canonical.ts';
import type { Effect, Evidence, Snapshot } from './evidence.ts';

/** Says what is wrong, or nothing. */
type Finding = string | null;

/** I1: no effect without a durable intent for its step, sent by the holder of that very epoch. */
function effectHasIntent(effect: Effect, { records }: Evidence): Finding {
  const { deployment, step, epoch, sent } = effect;
  const intended = records.some(
    ({ body, deployment: of, epoch: at }) =>
      of === deployment && at <= epoch && body.kind === 'step' && body.intent === step,
  );
  if (!intended) return `${step} took effect without an intent in the log`;
  if (sent.over) return `${step} was sent by a process that had ended`;
  if (sent.fromSleep) return null;
  if (sent.epoch !== epoch) return `${step} was sent by epoch ${epoch} under epoch ${sent.epoch}`;
  return sent.inFlight === step ? null : `${step} was sent while ${sent.inFlight} was in flight`;
}

/** I2: effects come in the order of epochs, and none is sent when others may have taken the target. */
function effectInEpochOrder(effect: Effect, { effects }: Evidence): Finding {
  const former = effects.at(-2);
  if (former && former.epoch > effect.epoch)
    return `epoch ${effect.epoch} changed something after epoch ${former.epoch}`;
  const { silent, fromSleep } = effect.sent;
  return silent > 40_000 && !fromSleep ? `sent ${silent} ms after the last sign of life` : null;
}

/** I3: weights sum to 100, and none is given forward to a release without the healthy capacity for it. */
function splitIsServed(effect: Effect, evidence: Evidence): Finding {
  const { before, after, operation, sent, late } = effect;
  const weights = Object.values(after.split);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (weights.length > 0 && Math.abs(sum - 100) > 0.1) return `the split sums to ${sum}`;
  if (operation.kind !== 'route' || sent.direction === 'back' || late) return null;
  if (evidence.disturbed >= sent.observed) return null;
  for (const [id, weight] of Object.entries(after.split)) {
    const capacity = ((before.units[id]?.ready ?? 0) / evidence.platform.units) * 100;
    if (weight > 0 && capacity + 0.01 < weight)
      return `${id} got ${weight} % with capacity for ${capacity} %`;
  }
  return null;
}

/** I4: what served before is not destroyed before the new release serves everything, promoted. */
function lastGoodIsKept(effect: Effect, { states }: Evidence): Finding {
  const { operation, before, deployment, sent } = effect;
  const plan = states.get(deployment)?.plan;
  const old = plan?.before.live?.id;
  if (operation.kind !== 'retire' || sent.direction === 'back' || operation.release !== old)
    return null;
  const id = plan?.release.id ?? '';
  const serves = before.split[id] === 100 || (before.split[old] ?? 0) === 0;
  return before.live === id && serves
    ? null
    : `${old} was retired before ${id} served in its place`;
}

/** I4: whoever has traffic exists. */
function trafficHasReceiver(effect: Effect): Finding {
  const { split, units } = effect.after;
  const lost = Object.keys(split).find((id) => (split[id] ?? 0) > 0 && !units[id]);
  return lost ? `${lost} has traffic and does not exist` : null;
}

/** I6: a release that is there is not created again, and one removed on the way back stays removed. */
function createdOnce(effect: Effect, { effects, states }: Evidence): Finding {
  const { operation, deployment, before, sent, late } = effect;
  if (operation.kind !== 'start' || before.units[operation.release.id] || late) return null;
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

/** What had taken effect before its sender died is read back, and not sent again. */
export function notSentAgain({ effects }: Evidence): string[] {
  const again = effects.filter(
    (effect, index) =>
      canonicalJson(effect.before) === canonicalJson(effect.after) &&
      effects
        .slice(0, index)
        .some(({ deployment, step }) => deployment === effect.deployment && step === effect.step),
  );
  return again.map(({ step }) => `${step} was done and was sent again`);
}

/** I16: going back never gives the new release more traffic than it has. */
function backNeverRaises(effect: Effect, { states }: Evidence): Finding {
  const { before, after, deployment, sent } = effect;
  if (sent.direction === 'forward') return null;
  const plan = states.get(deployment)?.plan;
  const id = plan?.release.id ?? '';
  if (id === plan?.before.live?.id) return null;
  const [was, is] = [before.split[id] ?? 0, after.split[id] ?? 0];
  return is > was + 0.01 ? `${id} went from ${was} % to ${is} % on the way back` : null;
}

/** I5: the log is dense, its chain of hashes holds, and its epochs never fall. */
function logIsSound(records: readonly JournalRecord[]): Finding {
  for (const [index, record] of records.entries()) {
    const { hash, ...rest } = record;
    const former = records[index - 1];
    if (record.seq !== index + 1) return `record ${index + 1} has number ${record.seq}`;
    if (hashOf(rest) !== hash) return `record ${record.seq} does not match its hash`;
    if (former && record.prev !== former.hash) return `the chain is broken at ${record.seq}`;
    if (former && record.epoch < former.epoch) return `the epoch fell at ${record.seq}`;
    if (former?.body.kind === 'ended' && record.body.kind !== 'opened')
      return `record ${record.seq} (${record.body.kind}) comes after the end`;
  }
  return null;
}

/** I10: a step that gates decide is done only with a pass from an answer that was one. */
function passesAreEarned(record: JournalRecord, { states }: Evidence): Finding {
  const { body } = record;
  if (body.kind === 'gates') {
    const unearned = body.rounds.find(
      ({ judgement, measurement }) => judgement.verdict === 'pass' && measurement.kind !== 'ok',
    );
    return unearned ? `${unearned.gate} passed on ${unearned.measurement.kind}` : null;
  }
  const outcome = 'outcome' in body ? body.outcome : null;
  const state = states.get(record.deployment);
  if (outcome?.result !== 'done' || !state) return null;
  return unearnedBy(state, outcome.step, outcome.reason !== null);
}

/** Where gates owe nothing, none of them may have said no. */
function condemnedIn(state: DeploymentState, id: string): Finding {
  const no = state.rounds.find(
    ({ step, judgement }) => step === id && judgement.verdict === 'fail',
  );
  return no ? `${id} is done although ${no.gate} failed` : null;
}

function unearnedBy(state: DeploymentState, id: string, accepted: boolean): Finding {
  const step = state.plan.steps.find((candidate) => candidate.id === id);
  const skipped = state.controls.some(
    ({ control, during }) => during === id && control.kind === 'promote',
  );
  if (!step || skipped || accepted) return null;
  const { action } = step;
  if ('undecided' in action) return condemnedIn(state, id);
  const asked =
    action.kind === 'check'
      ? action.gates
      : action.kind === 'hold' || action.kind === 'bake'
        ? step.watch
        : [];
  const without = asked.find(
    (gate) =>
      !state.rounds.some(
        (round) => round.gate === gate && round.step === id && round.judgement.verdict === 'pass',
      ),
  );
  return without ? `${id} is done although ${without} never passed` : null;
}

/** A deployment that has turned never goes forward again. */
function neverForwardAgain(record: JournalRecord, { states }: Evidence): Finding {
  const state = states.get(record.deployment);
  if (!state?.turned || record.body.kind !== 'step') return null;
  const { intent } = record.body;
  return intent && !state.course.some((step) => step.id === intent)
    ? `${intent} was begun after the deployment had turned`
    : null;
}

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
  if (opening && !sameSplit(opening.split, now.split))
    return `${id} is rolled back and the split is ${canonicalJson(now.split)}`;
  const [was, is] = [opening?.units[old]?.wanted ?? 0, now.units[old]?.wanted ?? 0];
  return is < was ? `${id} is rolled back and ${old} has ${is} units of ${was}` : null;
}

/** I9: succeeded means that the new release is live and has all of the traffic. */
function succeededIsLive(state: DeploymentState, evidence: Evidence, now: Snapshot): Finding {
  const { id } = state.plan.release;
  if (evidence.meddled) return null;
  return now.live === id && now.split[id] === 100 && (now.units[id]?.ready ?? 0) > 0
    ? null
    : `${state.id} succeeded and ${now.live} is live with ${canonicalJson(now.split)}`;
}

/** I6: after the end nothing is left that nobody refers to. */
function nothingLeftOver({ platform, meddled }: Evidence): Finding {
  const left = [...platform.releases.keys()].filter(
    (id) => id !== platform.live && (platform.split?.[id] ?? 0) === 0,
  );
  return left.length > 0 && !meddled ? `${left.join(', ')} is left over` : null;
}

function sameSplit(a: Snapshot['split'], b: Snapshot['split']): boolean {
  return [...Object.keys(a), ...Object.keys(b)].every(
    (id) => Math.abs((a[id] ?? 0) - (b[id] ?? 0)) < 0.05,
  );
}

/** I12: the exit code says what the log says. */
export function exitSaysEnd(ending: Ending, { states }: Evidence): Finding {
  const state = states.get(ending.deployment);
  const recorded = state?.ended?.result ?? state?.stopped?.stop;
  const expected: Readonly<Record<string, readonly number[]>> = {
    succeeded: [0],
    'rolled-back': [3],
    waiting: [5],
    failed: [5],
    interrupted: [5, 6, 130, 143],
    diverged: [7],
    stuck: [4],
  };
  if (!expected[ending.result]?.includes(ending.exit))
    return `${ending.result} ended with exit code ${ending.exit}`;
  const over = ending.result === 'succeeded' || ending.result === 'rolled-back';
  return over && recorded !== ending.result ? `said ${ending.result}, the log ${recorded}` : null;
}

/** I18: the log alone gives the state, byte for byte. */
function replayGivesState(state: DeploymentState, { records }: Evidence): Finding {
  const chapter = records.filter((record) => record.deployment === state.id);
  const stored = chapter.map((record) => JSON.parse(canonicalJson(record)) as JournalRecord);
  return canonicalJson(replay(stored)) === canonicalJson(state)
    ? null
    : `replaying ${state.id} gives another state`;
}

export function findInEffect(effect: Effect, evidence: Evidence): string[] {
  return said([
    effectHasIntent(effect, evidence),
    effectInEpochOrder(effect, evidence),
    splitIsServed(effect, evidence),
    lastGoodIsKept(effect, evidence),
    trafficHasReceiver(effect),
    createdOnce(effect, evidence),
    backNeverRaises(effect, evidence),
  ]);
}

export function findInRecord(record: JournalRecord, evidence: Evidence, now: Snapshot): string[] {
  const state = evidence.states.get(record.deployment);
  const ended = state?.ended?.result;
  return said([
    passesAreEarned(record, evidence),
    neverForwardAgain(record, evidence),
    ended === 'rolled-back' && state ? rolledBackIsBefore(state, evidence, now) : null,
    ended === 'succeeded' && state ? succeededIsLive(state, evidence, now) : null,
  ]);
}

export function findAtEnd(evidence: Evidence, now: Snapshot): string[] {
  const newest = [...evidence.states.values()].at(-1);
  return said([
    logIsSound(evidence.records),
    ...[...evidence.states.values()].map((state) => replayGivesState(state, evidence)),
    newest && !newest.ended ? `${newest.id} never ends` : nothingLeftOver(evidence),
    newest?.ended?.result === 'rolled-back' ? rolledBackIsBefore(newest, evidence, now) : null,
    newest?.ended?.result === 'succeeded' ? succeededIsLive(newest, evidence, now) : null,
  ]);
}

const said = (findings: readonly Finding[]): string[] =>
  findings.filter((finding) => finding !== null);
