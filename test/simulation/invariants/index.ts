import { type Effect, type Evidence, isHaunted, type Snapshot, snapshot } from '../evidence.ts';
import {
  backNeverRaises,
  createdOnce,
  effectHasIntent,
  effectInEpochOrder,
  lastGoodIsKept,
  onlyOwnIsTouched,
  splitIsServed,
  trafficHasReceiver,
} from './effects.ts';
import { doneIsTrue, ENDS, endIsTrue, nothingLeftOver, targetIsFree } from './ends.ts';
import { type Entry, said } from './finding.ts';
import {
  approvalIsBound,
  damageStops,
  neverForwardAgain,
  passesAreEarned,
  recordFollows,
  replayGivesState,
} from './log.ts';
import { readingIsTakenRight } from './readings.ts';

/**
 * What must hold, and who looks:
 *
 * I1  no effect without a durable intent of its epoch    effectHasIntent
 * I2  effects in order of epochs, none past the lease    effectInEpochOrder
 * I3  weights sum to 100, none without capacity          splitIsServed
 * I4  what served last is kept, traffic has receivers    lastGoodIsKept, trafficHasReceiver
 * I5  the log is dense, chained, and loses nothing       recordFollows
 * I6  created once, nothing left over                    createdOnce, notSentAgain, nothingLeftOver
 * I7  after the faults everything comes to an end        endIsTrue, and the limit of the clock
 * I8  rolled back is what was before, with its units     rolledBackIsBefore
 * I9  succeeded is live, done is true                    succeededIsLive, doneIsTrue, endIsTrue
 * I10 no gate passes on what is no answer                passesAreEarned
 * I11 no secret is written down                          the witness, at every write
 * I12 the exit code says what the log says               exitSaysEnd
 * I13 a yes counts for the plan that it was given for    approvalIsBound
 * I14 jumps of the wall clock change nothing             all of these, while it jumps
 * I15 the target of a dead holder is free in time        targetIsFree
 * I16 what goes back never goes forward                  neverForwardAgain, backNeverRaises
 * I17 what is not ours is not touched                    onlyOwnIsTouched
 * I18 the log gives the state                            replayGivesState, holderKnowsLog
 * I19 odd lists and weights decide nothing               readingIsTakenRight
 */
export { notSentAgain } from './effects.ts';
export { exitSaysEnd } from './ends.ts';
export { holderKnowsLog } from './log.ts';

export function findInEffect(effect: Effect, evidence: Evidence): string[] {
  return said([
    effectHasIntent(effect, evidence),
    effectInEpochOrder(effect, evidence),
    splitIsServed(effect, evidence),
    lastGoodIsKept(effect, evidence),
    trafficHasReceiver(effect, evidence),
    createdOnce(effect, evidence),
    backNeverRaises(effect, evidence),
    onlyOwnIsTouched(effect, evidence),
  ]);
}

export function findInRecord(entry: Entry, evidence: Evidence): string[] {
  const state = evidence.states.get(entry.record.deployment);
  const ended = entry.record.body.kind === 'ended' ? entry.record.body.result : null;
  return said([
    recordFollows(entry, evidence),
    passesAreEarned(entry, evidence),
    approvalIsBound(entry, evidence),
    neverForwardAgain(entry, evidence),
    damageStops(entry, evidence),
    targetIsFree(entry, evidence),
    doneIsTrue(entry, evidence),
    readingIsTakenRight(entry, evidence),
    ended && state && !isHaunted(evidence)
      ? ENDS[ended](state, evidence, snapshot(evidence.platform))
      : null,
  ]);
}

export function findAtEnd(evidence: Evidence, now: Snapshot): string[] {
  const states = [...evidence.states.values()];
  const newest = states.at(-1);
  const isLost = evidence.rot?.chapter === newest?.chapter;
  return said([
    ...states.map((state) => replayGivesState(state, evidence)),
    newest && !isLost ? endIsTrue(newest, evidence, now) : null,
    isLost ? null : nothingLeftOver(evidence),
  ]);
}
