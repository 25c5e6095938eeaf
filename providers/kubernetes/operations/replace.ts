import type { Json, JsonObject, Release, Replace } from '../../../src/contract/index.ts';
import type { KubeAmount } from '../objects.ts';
import { lastManagerOf } from '../others.ts';
import { rolloutLag } from '../rollout.ts';
import { isReady, isUp, type Sight, type Stand } from '../sight.ts';
import { troubleIn } from '../trouble.ts';
import { formerManner, isIn, mannerOf, reform, restoreManner, stepwise } from './home.ts';
import type { Doing } from './index.ts';
import { KUBE_DONE, type Move, wait } from './move.ts';

/**
 * Batches on the user's own Deployment. New pods have to be ready for a time that never passes before
 * they count as available, so the controller replaces as many as its budget allows and then stands
 * still, whoever watches. A batch is a change of the budget; the last one gives the user's time back.
 */
const NEVER = { minReadySeconds: 2_147_483_646, progressDeadlineSeconds: 2_147_483_647 };

/** What comes up in this batch, and how many pods of it there shall be. */
interface Batch {
  readonly release: Release;
  readonly count: number;
  readonly of: number;
}

export function replace(operation: Replace, sight: Sight, doing: Doing): Move {
  const { home } = sight;
  if (!home)
    return { is: 'refuse', words: `there is no Deployment ${doing.ground.connection.workload}` };
  const apart = doing.context.wasDone ? othersIn(operation, home) : null;
  if (apart) return apart;
  const batch = batchOf(operation, home);
  const move =
    batch.count === batch.of
      ? kubeWhole({ home, batch }, operation, doing)
      : part({ home, batch }, operation, doing);
  // What is to be written is written also in trouble, which may be that of the release that goes.
  return move.is === 'wait' ? (troubled({ home, batch }, sight.now) ?? move) : move;
}

/** What other hands have made of a batch while it was held: the next one would begin from there. */
function othersIn({ release, replaced, of }: Replace, { deployment, release: runs }: Stand) {
  const { name } = deployment.metadata;
  const by = lastManagerOf(deployment.metadata);
  const { minReadySeconds } = mannerOf(deployment);
  if (runs.id !== release.id) return differs(name, release.id, { [name]: runs.id, by });
  // Without it the controller replaces the others by itself.
  return replaced === of || minReadySeconds === NEVER.minReadySeconds
    ? null
    : differs('minReadySeconds', NEVER.minReadySeconds, { minReadySeconds, by });
}

const differs = (what: string, expected: Json, found: JsonObject): Move => ({
  is: 'diverged',
  expected: { [what]: expected },
  found,
});

function troubled({ home, batch }: StandInBatch, now: number): Move | null {
  const trouble = troubleIn(home.deployment, kubePodsOf(home, batch.release), now);
  if (!trouble?.isFatal) return null;
  const pod = trouble.pod ? { name: trouble.pod, hasCrashed: trouble.hasCrashed } : null;
  return { is: 'failed', words: trouble.words, pod };
}

/** A share of the pods that there are by now. Fewer of the new release means more of the former one. */
function batchOf({ release, from, replaced, of }: Replace, home: Stand): Batch {
  const all = Math.max(1, home.deployment.spec.replicas ?? 1);
  const count = replaced === 0 ? 0 : Math.ceil((all * replaced) / of);
  const isBack = count === 0 || kubePodsOf(home, release).filter(isUp).length > count;
  return isBack ? { release: from, count: all - count, of: all } : { release, count, of: all };
}

const kubePodsOf = ({ runs }: Stand, { id }: Release) =>
  runs.filter(({ release }) => release.id === id).flatMap(({ pods }) => pods);

interface StandInBatch {
  readonly home: Stand;
  readonly batch: Batch;
}

function part({ home, batch }: StandInBatch, { surge, unavailable }: Replace, doing: Doing): Move {
  const { deployment } = home;
  const pods = kubePodsOf(home, batch.release);
  const ready = pods.filter(isReady).length;
  const gone = Math.min(batch.count, ready + (ready < batch.count ? unavailable : 0));
  const extra = Math.min(Math.max(surge, unavailable > 0 ? 0 : 1), batch.count - gone);
  const manner = { strategy: stepwise(extra, shareOf(gone, batch.of)), ...NEVER };
  const name = deployment.metadata.name;
  const words = `${name}: ${ready} of ${batch.count} pods of ${batch.release.version} are ready`;
  if (home.release.id !== batch.release.id)
    return reform(home, { manner, release: batch.release, words }, doing);
  if (!isIn(deployment, manner)) return reform(home, { manner, words }, doing);
  if ((deployment.status?.observedGeneration ?? 0) < (deployment.metadata.generation ?? 0))
    return wait('the controller has not seen the change yet');
  const others = home.pods.length - pods.length;
  if (ready < batch.count) return wait(words);
  const left = batch.of - batch.count;
  return others > left ? wait(`${others - left} former pods are on their way out`) : KUBE_DONE;
}

/**
 * In percent, so that the controller keeps the share when others change the number of pods: as a
 * plain number it would replace more of fewer pods, whoever watches. Of more than a hundred pods one
 * percent may be several; where none says this very number, the number itself does.
 */
function shareOf(count: number, of: number): KubeAmount {
  const percent = Math.ceil((100 * count) / of);
  return count > 0 && Math.floor((of * percent) / 100) === count ? `${percent}%` : count;
}

/** All of them: the controller finishes by itself, new pods first unless fewer may serve meanwhile. */
function kubeWhole(
  { home, batch }: StandInBatch,
  { surge, unavailable }: Replace,
  doing: Doing,
): Move {
  const { deployment } = home;
  const extra = unavailable > 0 ? surge : Math.max(1, surge);
  const strategy = stepwise(extra, Math.min(unavailable, batch.of));
  const manner = { ...formerManner(deployment), strategy };
  const words = `${deployment.metadata.name}: all pods of ${batch.release.version}`;
  if (home.release.id !== batch.release.id)
    return reform(home, { manner, release: batch.release, words }, doing);
  const isPartial = mannerOf(deployment).minReadySeconds === NEVER.minReadySeconds;
  if (isPartial) return reform(home, { manner, words }, doing);
  const lag = rolloutLag(deployment);
  if (lag) return wait(`${deployment.metadata.name}: ${lag}`);
  const others = home.pods.length - kubePodsOf(home, batch.release).length;
  if (others > 0) return wait(`${others} former pods are on their way out`);
  return restoreManner(home, doing.ground) ?? KUBE_DONE;
}
