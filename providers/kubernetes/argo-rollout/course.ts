import type { Release } from '../../../src/contract/index.ts';
import { KUBE_DONE, type Move, wait } from '../operations/move.ts';
import { isReady, type KubeGround } from '../sight.ts';
import { troubleIn } from '../trouble.ts';
import { tellRollout } from './changes.ts';
import { isSeen, isWholeRollout, type RolloutStatus, rolloutStatusOf } from './rollout.ts';
import { asSight, type RolloutSight, rolloutSplit } from './sight.ts';

export interface RolloutFollowing {
  readonly ground: KubeGround;
  readonly key: string;
}

const UNSEEN = 'the controller of Argo Rollouts has not seen the change yet; does it run?';

/** The Rollout follows its own steps; only where it waits for somebody it is told to go on. */
export function followRollout(seen: RolloutSight, target: number, doing: RolloutFollowing): Move {
  const { rollout, wanted } = seen;
  const status = rolloutStatusOf(rollout);
  if (!isSeen(rollout)) return wait(UNSEEN);
  const failure = rolloutFailureOf(seen);
  if (failure) return failure;
  const weight = rolloutSplit(seen)[wanted.id] ?? 0;
  const isThere =
    isWholeRollout(rollout) || (target < 100 && weight >= target && isRolloutUp(seen, target));
  if (isThere || weight === 100) return lagOf(seen, doing.ground);
  if (status.controllerPause && isPausedByStep(status)) return goOnRollout(seen, doing);
  if (rollout.spec.paused)
    return wait(`the Rollout ${rollout.metadata.name} was paused by somebody else`);
  return wait(
    `${Math.round(weight)} %, step ${status.currentStepIndex ?? 0}: ${status.message ?? status.phase ?? ''}`,
  );
}

/** Without traffic it is where it shall be once its first pause is reached. */
const isRolloutUp = (seen: RolloutSight, target: number) =>
  readyOf(seen, seen.wanted) > 0 &&
  (target > 0 || rolloutStatusOf(seen.rollout).controllerPause === true);

export const readyOf = ({ runs }: RolloutSight, { id }: Release): number =>
  runs
    .filter(({ release }) => release.id === id)
    .flatMap(({ pods }) => pods)
    .filter(isReady).length;

const PAUSES_OF_STEPS = ['CanaryPauseStep', 'BlueGreenPause'];
const isPausedByStep = ({ pauseConditions }: RolloutStatus) =>
  pauseConditions?.some(({ reason }) => PAUSES_OF_STEPS.includes(reason)) ?? false;

/** A pause of a fixed length is the Rollout's own decision, and is waited out. */
function goOnRollout(seen: RolloutSight, doing: RolloutFollowing): Move {
  const { rollout } = seen;
  const step =
    rollout.spec.strategy.canary?.steps?.[rolloutStatusOf(rollout).currentStepIndex ?? 0];
  if (step?.pause?.duration !== undefined)
    return wait(`it pauses for ${step.pause.duration}, as its own step says`);
  return tellRollout(seen, 'goes on to its next step', doing);
}

/** Its own analysis, a hand or its deadline may have ended it, and pods may never come up. */
function rolloutFailureOf(seen: RolloutSight): Move | null {
  const { rollout, wanted, now } = seen;
  const { abort, message = '', pauseConditions } = rolloutStatusOf(rollout);
  const { name } = rollout.metadata;
  if (abort) return { is: 'failed', words: `the Rollout ${name} was aborted: ${message}` };
  if (pauseConditions?.some(({ reason }) => reason === 'InconclusiveAnalysisRun'))
    return { is: 'failed', words: `an analysis of the Rollout ${name} is inconclusive` };
  const refused = rolloutStatusOf(rollout).conditions?.find(
    ({ type, status }) => type === 'InvalidSpec' && status === 'True',
  );
  if (refused) return { is: 'failed', words: `its controller refuses it: ${refused.message}` };
  if (isWholeRollout(rollout)) return null;
  const { home } = asSight(seen);
  const pods = seen.runs
    .filter(({ release }) => release.id === wanted.id)
    .flatMap((run) => run.pods);
  const trouble = home && troubleIn(home.deployment, pods, now);
  if (!trouble?.isFatal) return null;
  const pod = trouble.pod ? { name: trouble.pod, hasCrashed: trouble.hasCrashed } : null;
  return { is: 'failed', words: trouble.words, pod };
}

/** Those who send requests take a moment to learn of what the controller has written. */
export function lagOf(seen: RolloutSight, { connection }: KubeGround): Move {
  const { abortedAt, pauseConditions = [], conditions = [] } = rolloutStatusOf(seen.rollout);
  const times = [
    abortedAt,
    ...pauseConditions.map(({ startTime }) => startTime),
    ...conditions
      .filter(({ type }) => type === 'Healthy' || type === 'Completed')
      .map(({ lastTransitionTime }) => lastTransitionTime),
  ];
  const last = Math.max(0, ...times.map((time) => (time ? Date.parse(time) : 0)));
  const left = last + connection.propagation - seen.now;
  return left > 0 ? wait('waiting until every proxy knows the change') : KUBE_DONE;
}
