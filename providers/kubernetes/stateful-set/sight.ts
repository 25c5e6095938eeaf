import type { Release } from '../../../src/contract/index.ts';
import type { Autoscaler, Deployment, Pod, Service, Template } from '../objects.ts';
import { kubeReleaseOf } from '../release.ts';
import { KUBE_NOTHING } from '../routers/router.ts';
import {
  autoscalerFor,
  autoscalersOf,
  inWords,
  isOwnedBy,
  isUp,
  type KubeGround,
  type Run,
  type Sight,
} from '../sight.ts';
import { isSame, kubePlain } from '../template.ts';
import {
  type ControllerRevision,
  partitionOf,
  placeOf,
  podsOfSet,
  REVISION_LABEL,
  type StatefulSet,
} from './stateful-set.ts';

/** All that there is of a StatefulSet, read at one time. */
export interface SetSight {
  readonly set: StatefulSet;
  /** What it shall run. */
  readonly wanted: Release;
  /** Pods from the highest place down, also those on their way out. */
  readonly pods: readonly PlacedPod[];
  /** All releases that it knows how to run. */
  readonly known: readonly Release[];
  readonly service: Service | null;
  /** It takes pods away from the highest place on, which are the newest. */
  readonly autoscaler: Autoscaler | null;
  readonly now: number;
}

interface PlacedPod {
  readonly pod: Pod;
  readonly place: number;
  readonly release: Release;
}

export async function lookAtSet(
  ground: KubeGround,
  signal?: AbortSignal,
): Promise<SetSight | null> {
  const { cluster, connection } = ground;
  const { namespace, workload: name } = connection;
  const [set, service, autoscalers] = await Promise.all([
    cluster.get<StatefulSet>({ kind: 'statefulsets', namespace, name }, { signal }),
    cluster.get<Service>({ kind: 'services', namespace, name: connection.service }, { signal }),
    autoscalersOf(ground, signal),
  ]);
  if (!set) return null;
  const labels = inWords(set.spec.selector);
  const [revisions, pods] = await Promise.all([
    cluster.list<ControllerRevision>(
      { kind: 'controllerrevisions', namespace },
      { labels, signal },
    ),
    cluster.list<Pod>({ kind: 'pods', namespace }, { labels, signal }),
  ]);
  const isOwn = (one: Pod | ControllerRevision) => isOwnedBy(one, set.metadata.uid);
  return {
    ...setSightOf(set, revisions.filter(isOwn), pods.filter(isOwn)),
    service,
    autoscaler: autoscalerFor(autoscalers, name, 'StatefulSet'),
    now: cluster.now(),
  };
}

export function setSightOf(
  set: StatefulSet,
  revisions: readonly ControllerRevision[],
  pods: readonly Pod[],
): Omit<SetSight, 'service' | 'autoscaler' | 'now'> {
  const wanted = kubeReleaseOf(set, null);
  const known = new Map(
    revisions.map((one) => [one.metadata.name, releaseOfRevision(one, wanted)] as const),
  );
  const placed = pods.map((pod) => ({
    pod,
    place: placeOf(pod, set),
    release: known.get(pod.metadata.labels?.[REVISION_LABEL] ?? '') ?? wanted,
  }));
  return {
    set,
    wanted,
    known: [wanted, ...known.values()],
    pods: placed.sort((one, other) => other.place - one.place),
  };
}

/** It is kept as a patch of the set, which says so among the fields of the template. */
function releaseOfRevision({ metadata, data }: ControllerRevision, wanted: Release): Release {
  const { $patch: _, ...template } = data.spec.template;
  const carrier = { metadata, spec: { template: template as Template } };
  const plain = kubePlain(carrier.spec.template, null);
  return isSame(plain, wanted.spec.template ?? null) ? wanted : kubeReleaseOf(carrier, null);
}

/** As everything else here looks at a workload: one that stands for itself. */
export function setAsSight(seen: SetSight): Sight {
  const { set, wanted, pods, service, autoscaler, now } = seen;
  const { metadata, spec, status } = set;
  const replicas = podsOfSet(set);
  const deployment: Deployment = {
    metadata,
    spec: { replicas, selector: spec.selector, template: spec.template },
    status: { conditions: status?.conditions ?? [] },
  };
  const all = pods.map(({ pod }) => pod);
  return {
    home: {
      deployment,
      isHome: true,
      release: wanted,
      runs: runsOfSet(seen),
      history: [],
      pods: all,
    },
    sides: [],
    service,
    autoscaler,
    routing: { ...KUBE_NOTHING, weights: { [metadata.name]: 100 }, names: [metadata.name] },
    distinction: null,
    strays: [],
    now,
  };
}

/** What it shall run has all places from the partition on; of the others there is what is there. */
function runsOfSet({ set, wanted, pods }: SetSight): readonly Run[] {
  const own = Math.max(0, podsOfSet(set) - partitionOf(set));
  const releases = new Map(
    [...pods.map(({ release }) => release), wanted].map((one) => [one.id, one]),
  );
  return [...releases.values()]
    .map((release) => {
      const there = pods.filter((one) => one.release.id === release.id).map(({ pod }) => pod);
      const up = there.filter(isUp).length;
      const replicas = release.id === wanted.id ? Math.max(up, own) : up;
      const template = release.spec.template as Template;
      const replicaSet = { metadata: { name: release.id }, spec: { replicas, template } };
      return { release, replicaSet, pods: there };
    })
    .filter((run) => run.pods.length > 0 || run.replicaSet.spec.replicas > 0);
}
