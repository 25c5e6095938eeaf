import { isDeepStrictEqual } from 'node:util';
import type { Json, Release, Split } from '../../../src/contract/index.ts';
import { noteOn } from '../kept.ts';
import { MARK } from '../marks.ts';
import type { Deployment, Pod, ReplicaSet, Selector, Service, Template } from '../objects.ts';
import { kubeAdopted, kubeReleaseOf, recordedOn } from '../release.ts';
import { KUBE_NOTHING } from '../routers/router.ts';
import { inWords, isOwnedBy, isReady, type KubeGround, type Run, type Sight } from '../sight.ts';
import { kubePlain } from '../template.ts';
import { HASH_LABEL, isSeen, isWholeRollout, type Rollout, rolloutStatusOf } from './rollout.ts';

/** All that there is of a Rollout, read at one time. */
export interface RolloutSight {
  readonly rollout: Rollout;
  /** What it shall run. */
  readonly wanted: Release;
  /** What it falls back to; the same once the controller has gone all the way. */
  readonly stable: Release;
  readonly runs: readonly Run[];
  readonly service: Service | null;
  readonly now: number;
}

export async function lookAtRollout(
  { cluster, connection }: KubeGround,
  signal?: AbortSignal,
): Promise<RolloutSight | null> {
  const { namespace, workload: name } = connection;
  const [rollout, service] = await Promise.all([
    cluster.get<Rollout>({ kind: 'rollouts', namespace, name }, { signal }),
    cluster.get<Service>({ kind: 'services', namespace, name: connection.service }, { signal }),
  ]);
  if (!rollout?.spec.template) return null;
  const labels = inWords(rollout.spec.selector as Selector);
  const [sets, pods] = await Promise.all([
    cluster.list<ReplicaSet>({ kind: 'replicasets', namespace }, { labels, signal }),
    cluster.list<Pod>({ kind: 'pods', namespace }, { labels, signal }),
  ]);
  const own = sets.filter((set) => isOwnedBy(set, rollout.metadata.uid));
  const wanted = kubeReleaseOf(
    { metadata: rollout.metadata, spec: { template: rollout.spec.template } },
    null,
  );
  const stable = rolloutStableOf(rollout, wanted, own);
  const runs = own
    .map((replicaSet) => ({
      release: rolloutReleaseOf(replicaSet, { rollout, wanted, stable }),
      replicaSet,
      pods: pods.filter((pod) => isOwnedBy(pod, replicaSet.metadata.uid)),
    }))
    .filter((run) => run.pods.length > 0 || (run.replicaSet.spec.replicas ?? 0) > 0);
  return { rollout, wanted, stable, runs, service, now: cluster.now() };
}

const podHashOf = ({ metadata }: ReplicaSet) => metadata.labels?.[HASH_LABEL];

/**
 * The server completes the templates of sets, and the controller adds to them, so a release is known
 * by all that it says being there.
 */
function rolloutStableOf(rollout: Rollout, wanted: Release, sets: readonly ReplicaSet[]): Release {
  if (isWholeRollout(rollout)) return wanted;
  const set = sets.find((one) => podHashOf(one) === rolloutStatusOf(rollout).stableRS);
  if (!set) return wanted;
  const noted = notedStable(rollout);
  const known = [...(noted ? [noted] : []), ...(isSeen(rollout) ? [] : [wanted])];
  return known.find((release) => isWithin(release, set)) ?? adoptedFrom(set);
}

function rolloutReleaseOf(
  set: ReplicaSet,
  { rollout, wanted, stable }: Pick<RolloutSight, 'rollout' | 'wanted' | 'stable'>,
): Release {
  const { stableRS, currentPodHash } = rolloutStatusOf(rollout);
  if (podHashOf(set) === stableRS) return stable;
  if (isSeen(rollout) && podHashOf(set) === currentPodHash) return wanted;
  const noted = recordedOn(set);
  return noted && isWithin(noted, set) ? noted : adoptedFrom(set);
}

const notedStable = ({ metadata }: Rollout): Release | null =>
  noteOn<Release>(
    { kind: 'Rollout', metadata },
    MARK.stable,
    `remove it (kubectl annotate rollout ${metadata.name} ${MARK.stable}-), and the release to fall back to is described from its pods`,
  );

const adoptedFrom = ({ spec }: ReplicaSet) => kubeAdopted(kubePlain(spec.template, null));

const isWithin = ({ spec }: Release, set: ReplicaSet) =>
  isPart(spec.template ?? null, set.spec.template);

function isPart(one: Json, whole: Json | undefined): boolean {
  if (Array.isArray(one))
    return (
      Array.isArray(whole) &&
      one.length === whole.length &&
      one.every((value, index) => isPart(value, whole[index]))
    );
  if (one === null || typeof one !== 'object') return isDeepStrictEqual(one, whole);
  if (whole === null || typeof whole !== 'object') return false;
  return Object.entries(one).every(([key, value]) =>
    isPart(value as Json, (whole as Readonly<Record<string, Json>>)[key]),
  );
}

/** Who has which share, as the controller has written it to its router; without one, by ready pods. */
export function rolloutSplit({ rollout, wanted, stable, runs }: RolloutSight): Split {
  const { canary, blueGreen, stableRS } = rolloutStatusOf(rollout);
  const shares: Record<string, number> = {};
  const add = (hash: string | undefined, share: number) => {
    const run = runs.find(({ replicaSet }) => podHashOf(replicaSet) === hash);
    const { id } = run?.release ?? (hash === stableRS ? stable : wanted);
    if (share > 0) shares[id] = (shares[id] ?? 0) + share;
  };
  if (blueGreen?.activeSelector) add(blueGreen.activeSelector, 100);
  else if (canary?.weights) {
    const { canary: next, stable: old } = canary.weights;
    const all = next.weight + old.weight || 1;
    add(next.podTemplateHash, (100 * next.weight) / all);
    add(old.podTemplateHash, (100 * old.weight) / all);
  } else {
    const counts = runs.map(
      (run) => [podHashOf(run.replicaSet), run.pods.filter(isReady).length] as const,
    );
    const all = counts.reduce((sum, [, count]) => sum + count, 0);
    for (const [hash, count] of counts) add(hash, all > 0 ? (100 * count) / all : 0);
  }
  return Object.keys(shares).length > 0 ? shares : { [stable.id]: 100 };
}

/** As everything else here looks at a workload: one that stands for itself. */
export function asSight(seen: RolloutSight): Sight {
  const { rollout, wanted, runs, service, now } = seen;
  const { metadata, spec, status } = rollout;
  const deployment: Deployment = {
    metadata,
    spec: {
      replicas: spec.replicas ?? 1,
      selector: spec.selector,
      template: spec.template as Template,
    },
    status: { conditions: status?.conditions ?? [] },
  };
  const pods = runs.flatMap((run) => run.pods);
  return {
    home: { deployment, isHome: true, release: wanted, runs, history: [], pods },
    sides: [],
    service,
    autoscaler: null,
    routing: KUBE_NOTHING,
    distinction: null,
    strays: [],
    now,
  };
}
