import type { Cluster, KubeObject, Listed } from '../../src/clients/kubernetes/index.ts';
import type { ReadSecret, Release } from '../../src/contract/index.ts';
import type { Connection } from './connection.ts';
import { MARK } from './marks.ts';
import type {
  Autoscaler,
  Deployment,
  Pod,
  ReplicaSet,
  Selector,
  Service,
  Template,
} from './objects.ts';
import { kubeReleaseOf } from './release.ts';
import { type Router, type Routing, routerFor } from './routers/index.ts';
import { type Distinction, distinctionBetween, isSame, kubePlain } from './template.ts';

/** What is needed to look at a workload and to change it. */
export interface KubeGround {
  readonly cluster: Cluster;
  readonly connection: Connection;
  readonly router: Router;
  readonly learned: Learned;
  /** For values that a release brings along. */
  readonly readSecret: ReadSecret;
}

/** By what the workload selects its pods, which nobody can change: once known, they are asked for beside it. */
interface Learned {
  selector: string | null;
}

const readNone: ReadSecret = () => Promise.reject(new Error('no secrets are read here'));

export const groundOf = (
  cluster: Cluster,
  connection: Connection,
  readSecret = readNone,
): KubeGround => ({
  readSecret,
  cluster,
  connection,
  router: routerFor(cluster, connection),
  learned: { selector: null },
});

/** So that the first look takes one round trip, too. */
export async function learnSelector({ cluster, connection, learned }: KubeGround): Promise<void> {
  const { namespace, workload: name } = connection;
  const place = { kind: 'deployments', namespace, name } as const;
  const found = await cluster.get<Deployment>(place);
  learned.selector = found && inWords(found.spec.selector);
}

/** One Deployment and what runs of it. `home` is the user's own; others stand beside it. */
export interface Stand {
  readonly deployment: Deployment;
  readonly isHome: boolean;
  /** What it shall run. */
  readonly release: Release;
  /** What runs: more than one release while one is replaced by another. */
  readonly runs: readonly Run[];
  /** What it shall run, and what it has run as far as the cluster remembers. */
  readonly history: readonly Template[];
  /** The pods of it that are still there, also those on their way out. */
  readonly pods: readonly Pod[];
}

export interface Run {
  readonly release: Release;
  readonly replicaSet: ReplicaSet;
  readonly pods: readonly Pod[];
}

/** All that there is of a workload, read at one time. */
export interface Sight {
  readonly home: Stand | null;
  readonly sides: readonly Stand[];
  readonly service: Service | null;
  readonly autoscaler: Autoscaler | null;
  readonly routing: Routing;
  readonly distinction: Distinction | null;
  /** Pods beside the workload whose Deployment is gone. */
  readonly strays: readonly Pod[];
  /** By the server's clock. */
  readonly now: number;
}

export const standsIn = ({ home, sides }: Sight): readonly Stand[] =>
  home ? [home, ...sides] : sides;

/** Whether it was made for this release, whatever other hands have made of it since. */
export const isMadeFor = ({ deployment, isHome }: Stand, id: Release['id']): boolean =>
  !isHome && deployment.metadata.labels?.[MARK.release] === id;

/** What the cluster has said, before anything is made of it. */
export interface Scene {
  readonly deployment: Deployment | null;
  readonly others: Listed<Deployment>;
  readonly service: Service | null;
  readonly routed: unknown;
  readonly autoscalers: readonly Autoscaler[];
  /** Of what stands beside the workload. */
  readonly sets: Listed<ReplicaSet>;
  readonly pods: Listed<Pod>;
  /** Of the workload itself. */
  readonly own: { readonly sets: Listed<ReplicaSet>; readonly pods: Listed<Pod> };
}

export const look = async (ground: KubeGround, signal?: AbortSignal): Promise<Sight> =>
  sightOf(await sceneAt(ground, signal), ground);

export const besideOf = ({ workload }: Connection) => `${MARK.workload}=${workload}`;

export async function sceneAt(ground: KubeGround, signal?: AbortSignal): Promise<Scene> {
  const { cluster, connection, router } = ground;
  const { namespace, workload } = connection;
  const beside = { labels: besideOf(connection), signal };
  const limits = { signal };
  const expected = ground.learned.selector;
  const early = expected === null ? null : listSelected(ground, expected, signal);
  const [deployment, others, service, routed, autoscalers, sets, pods, found] = await Promise.all([
    cluster.get<Deployment>({ kind: 'deployments', namespace, name: workload }, limits),
    cluster.listed<Deployment>({ kind: 'deployments', namespace }, beside),
    cluster.get<Service>({ kind: 'services', namespace, name: connection.service }, limits),
    router.fetch(signal),
    autoscalersOf(ground, signal),
    cluster.listed<ReplicaSet>({ kind: 'replicasets', namespace }, beside),
    cluster.listed<Pod>({ kind: 'pods', namespace }, beside),
    early,
  ]);
  const own = deployment && inWords(deployment.spec.selector);
  ground.learned.selector = own;
  const [ownSets, ownPods] =
    own === null
      ? [NONE_LISTED, NONE_LISTED]
      : ((own === expected ? found : null) ?? (await listSelected(ground, own, signal)));
  const ours = { sets: ownSets, pods: ownPods };
  return { deployment, others, service, routed, autoscalers, sets, pods, own: ours };
}

const NONE_LISTED = { items: [], version: null };

export function sightOf(scene: Scene, { cluster, connection, router }: KubeGround): Sight {
  const { deployment, service, sets, pods, own } = scene;
  const distinction = distinctionOf(deployment, service);
  const standOf = (one: Deployment, isHome: boolean) =>
    kubeStanding(one, {
      isHome,
      distinction,
      sets: (isHome ? own.sets : sets).items,
      pods: (isHome ? own.pods : pods).items,
    });
  const home = deployment ? standOf(deployment, true) : null;
  const sides = scene.others.items.map((one) => standOf(one, false));
  return {
    home,
    sides,
    service,
    autoscaler: autoscalerFor(scene.autoscalers, connection.workload),
    routing: router.read(scene.routed, { home, sides, service, distinction }),
    distinction,
    strays: pods.items.filter((pod) => !sides.some((side) => side.pods.includes(pod))),
    now: cluster.now(),
  };
}

/** What a Deployment has made. */
function listSelected(
  { cluster, connection: { namespace } }: KubeGround,
  labels: string,
  signal?: AbortSignal,
) {
  return Promise.all([
    cluster.listed<ReplicaSet>({ kind: 'replicasets', namespace }, { labels, signal }),
    cluster.listed<Pod>({ kind: 'pods', namespace }, { labels, signal }),
  ]);
}

/** Many may not read them, and few have one; `review` asks for the right where it matters. */
export async function autoscalersOf(
  { cluster, connection: { namespace } }: KubeGround,
  signal?: AbortSignal,
) {
  const kind = 'horizontalpodautoscalers';
  return cluster.list<Autoscaler>({ kind, namespace }, { signal }).catch((error) => {
    if (error?.failure === 'denied') return [];
    throw error;
  });
}

const isAimedAt = (
  { kind, name }: Autoscaler['spec']['scaleTargetRef'],
  workload: string,
  title: string,
) => kind === title && name === workload;

/** The one that moves the number of pods of a workload. */
export const autoscalerFor = (
  all: readonly Autoscaler[],
  workload: string,
  title = 'Deployment',
): Autoscaler | null =>
  all.find(({ spec }) => isAimedAt(spec.scaleTargetRef, workload, title)) ?? null;

/**
 * The Service may select the pods of a release beside the workload at the moment, so only its keys
 * count; and the workload's own label has its value.
 */
function distinctionOf(home: Deployment | null, service: Service | null): Distinction | null {
  const own = home?.spec.selector.matchLabels;
  const selected = service?.spec.selector;
  if (!own || !selected) return null;
  return distinctionBetween(selected, own);
}

interface KubeFound {
  readonly isHome: boolean;
  readonly distinction: Distinction | null;
  readonly sets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
}

function kubeStanding(
  deployment: Deployment,
  { isHome, distinction, sets, pods }: KubeFound,
): Stand {
  const uid = deployment.metadata.uid;
  const release = kubeReleaseOf(deployment, distinction);
  const own = sets.filter((set) => isOwnedBy(set, uid));
  const runs = own.map((replicaSet) => ({
    release: runOf(replicaSet, release, distinction),
    replicaSet,
    pods: pods.filter((pod) => isOwnedBy(pod, replicaSet.metadata.uid)),
  }));
  return {
    deployment,
    isHome,
    release,
    runs: runs.filter((run) => run.pods.length > 0 || (run.replicaSet.spec.replicas ?? 0) > 0),
    history: [deployment, ...own].map(({ spec }) => spec.template),
    pods: runs.flatMap((run) => run.pods),
  };
}

/** What the Deployment shall run is told by its own record; older sets keep theirs. */
function runOf(set: ReplicaSet, wanted: Release, distinction: Distinction | null): Release {
  const template = kubePlain(set.spec.template, distinction);
  return isSame(template, wanted.spec.template ?? null) ? wanted : kubeReleaseOf(set, distinction);
}

export const isOwnedBy = ({ metadata }: KubeObject, uid: string | undefined) =>
  metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === uid) ?? false;

/** As the API is asked for it. */
export function inWords({ matchLabels = {}, matchExpressions = [] }: Selector): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const others = matchExpressions.map(({ key, operator, values = [] }) => {
    const list = `(${values.join(',')})`;
    const words = { In: `${key} in ${list}`, NotIn: `${key} notin ${list}`, Exists: key };
    return words[operator as keyof typeof words] ?? `!${key}`;
  });
  return [...equal, ...others].join(',');
}

export const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false);

/** Not on its way out, and not at its end. */
export const isUp = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  status?.phase !== 'Failed' &&
  status?.phase !== 'Succeeded';
