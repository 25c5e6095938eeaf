import type {
  Capabilities,
  Health,
  Labels,
  Match,
  Observation,
  ObservedRelease,
  Release,
  ReleaseId,
  Split,
} from '../../src/contract/index.ts';
import { baselineOf } from './baseline.ts';
import type { Connection } from './connection.ts';
import { MARK } from './marks.ts';
import { notesOn, ownerOf } from './others.ts';
import type { Router } from './routers/index.ts';
import { isReady, isUp, type Run, type Sight, type Stand, standsIn } from './sight.ts';
import { restartsOf, troubleIn } from './trouble.ts';

export function observed(
  sight: Sight,
  { connection, router }: { readonly connection: Connection; readonly router: Router },
): Observation {
  const split = splitOf(sight);
  return {
    releases: releasesIn(sight).map((release) => observedRelease(sight, release, connection)),
    live: liveOf(sight, split),
    split,
    match: matchOf(sight),
    full: carryingOf(sight),
    labels: {
      namespace: connection.namespace,
      workload: connection.workload,
      service: connection.service,
      ...('name' in connection.router ? { route: connection.router.name } : {}),
    },
    baseline: baselineOf(sight),
    endpoints: { public: publicAddress(sight, connection), counts: null, metrics: null },
    capabilities: capabilitiesOf(router, connection),
    owner: ownerOf(sight),
    notes: notesOn(sight, router),
  };
}

/** What a rolled out template, a drain and a grace period may take at worst besides the step's own time. */
const CONVERGE = { best: 20_000, worst: 600_000 };

function capabilitiesOf(router: Router, { propagation }: Connection): Capabilities {
  return {
    cannot: {},
    weights: router.weights,
    match: router.match,
    weightsDown: true,
    idle: 'warm',
    places: null,
    coupled: false,
    startsWithTraffic: false,
    timing: { propagation, readLag: 0, poll: 100, takes: { retire: CONVERGE } },
  };
}

/** Each release once, also while it stands in two places. */
function releasesIn(sight: Sight): readonly Release[] {
  const byId = new Map<ReleaseId, Release>();
  for (const { release, runs } of standsIn(sight)) {
    for (const run of runs) byId.set(run.release.id, run.release);
    byId.set(release.id, release);
  }
  return [...byId.values()];
}

/** The workload's own number of pods: an autoscaler moves it, and what stands beside it follows. */
export function fullOf(sight: Sight): number | null {
  const { home } = sight;
  if (!home) return null;
  return Math.max(1, home.deployment.spec.replicas ?? 1);
}

/**
 * Others may take pods from the workload while its traffic is elsewhere: then what it has left is no
 * measure of what carries the load, and what stands beside it and serves is.
 */
function carryingOf(sight: Sight): number | null {
  const full = fullOf(sight);
  const weights = sight.routing.weights ?? {};
  const beside = sight.sides
    .filter(({ deployment }) => (weights[deployment.metadata.name] ?? 0) > 0)
    .map(({ pods }) => pods.filter(isReady).length);
  return full === null ? null : Math.max(full, ...beside);
}

const runsOf = (sight: Sight, id: ReleaseId): readonly Run[] =>
  standsIn(sight).flatMap(({ runs }) => runs.filter(({ release }) => release.id === id));

export const podsOf = (sight: Sight, id: ReleaseId) =>
  runsOf(sight, id).flatMap(({ pods }) => pods);

function observedRelease(sight: Sight, release: Release, connection: Connection): ObservedRelease {
  const { id, version } = release;
  const pods = podsOf(sight, id).filter(isUp);
  const ready = pods.filter(isReady).length;
  const asked = desiredOf(sight, id);
  // Who gets requests must have somebody to answer them, also when other hands have taken all pods away.
  const desired = Math.max(asked, (splitOf(sight)?.[id] ?? 0) > 0 ? 1 : 0);
  const full = carryingOf(sight) ?? 1;
  const troubles = standsIn(sight)
    .filter((stand) => stand.release.id === id)
    .map(({ deployment }) => troubleIn(deployment, pods, sight.now));
  const trouble = troubles.find((one) => one !== null) ?? null;
  return {
    id,
    version,
    release,
    desired,
    ready,
    starting: trouble ? 0 : Math.max(0, asked - ready),
    capacity: Math.min(100, (100 * ready) / full),
    health: healthOf(ready, desired),
    restarts: restartsOf(pods),
    labels: labelsOf(sight, id, connection),
    note: trouble?.words ?? null,
  };
}

/** Of the Deployments that shall run it, and of the sets of it that are still being replaced. */
function desiredOf(sight: Sight, id: ReleaseId): number {
  return standsIn(sight).reduce((sum, { deployment, release, runs }) => {
    const own = runs.filter((run) => run.release.id === id);
    const sets = own.reduce((all, { replicaSet }) => all + (replicaSet.spec.replicas ?? 0), 0);
    return sum + (release.id === id && runs.length <= 1 ? (deployment.spec.replicas ?? 1) : sets);
  }, 0);
}

function healthOf(ready: number, desired: number): Health {
  if (desired > 0 && ready >= desired) return 'healthy';
  return ready > 0 ? 'degraded' : 'unhealthy';
}

function labelsOf(sight: Sight, id: ReleaseId, { namespace }: Connection): Labels {
  const run = runsOf(sight, id).at(-1);
  const stand = standsIn(sight).find(({ runs }) => run && runs.includes(run));
  const labels = run?.replicaSet.metadata.labels;
  const hash = labels?.['pod-template-hash'] ?? labels?.['rollouts-pod-template-hash'];
  return {
    namespace,
    ...(stand ? { workload: stand.deployment.metadata.name } : {}),
    ...(hash ? { podTemplateHash: hash } : {}),
    release: id,
  };
}

/** What the router gives to a Deployment is shared by what runs of it, by ready pods. */
export function splitOf(sight: Sight): Split | null {
  const { weights } = sight.routing;
  if (!weights) return null;
  const split: Record<ReleaseId, number> = {};
  for (const stand of standsIn(sight)) {
    const weight = weights[stand.deployment.metadata.name] ?? 0;
    for (const [id, share] of sharesOf(stand)) split[id] = (split[id] ?? 0) + weight * share;
  }
  const served = Object.entries(split).filter(([, weight]) => weight > 0);
  return served.length > 0 ? Object.fromEntries(served) : null;
}

/** Whom requests with a header reach. */
export function matchOf(sight: Sight): Match | null {
  const { match } = sight.routing;
  const stand = standsIn(sight).find(
    ({ deployment }) => deployment.metadata.name === match?.deployment,
  );
  if (!match || !stand) return null;
  const { deployment: _, ...asked } = match;
  return { release: stand.release.id, ...asked };
}

function sharesOf({ runs, release }: Stand): readonly (readonly [ReleaseId, number])[] {
  const counts = runs.map((run) => [run.release.id, run.pods.filter(isReady).length] as const);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return [[release.id, 1]];
  return counts.map(([id, count]) => [id, count / total] as const);
}

function liveOf(sight: Sight, split: Split | null): ReleaseId | null {
  const marked = sight.home?.deployment.metadata.annotations?.[MARK.live];
  const known = releasesIn(sight).map(({ id }) => id);
  if (marked !== undefined && known.includes(marked)) return marked;
  const [most] = Object.entries(split ?? {}).sort(([, one], [, other]) => other - one);
  return most?.[0] ?? sight.home?.release.id ?? null;
}

function publicAddress({ service }: Sight, { url }: Connection): string | null {
  if (url !== null) return url;
  const [given] = service?.status?.loadBalancer?.ingress ?? [];
  const host = given?.hostname ?? given?.ip;
  const port = service?.spec.ports?.[0]?.port;
  return host && port ? `http://${host}:${port}` : null;
}
