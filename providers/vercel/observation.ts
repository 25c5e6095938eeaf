import type {
  Capabilities,
  Health,
  Observation,
  ObservedRelease,
  ReleaseId,
  Split,
} from '../../src/contract/index.ts';
import { vercelBaselineOf } from './baseline.ts';
import type { VercelDeployment } from './client/answers.ts';
import { isProduction, type VercelConnection } from './connection.ts';
import { isMarked, releaseIn } from './marks.ts';
import { FAILED, type Place } from './place.ts';
import { vercelSpecOf } from './release/spec.ts';
import { namesIn, type Standing, siteOf, standingOf } from './sight.ts';

const MINUTE = 60_000;

export function vercelCapabilitiesOf(connection: VercelConnection): Capabilities {
  const { propagation, readLag, poll } = connection;
  return {
    cannot: {
      scale: 'Vercel scales every deployment by itself, with its traffic.',
      replace:
        'Vercel has no instances that could be replaced one by one. Its Rolling Releases give a share of the visitors to the new version: that is the strategy canary.',
    },
    // Rolling Releases are for production only.
    weights: isProduction(connection) ? { step: 1 } : { only: [] },
    match: { header: false, cookie: false },
    weightsDown: false,
    idle: 'free',
    places: null,
    coupled: true,
    startsWithTraffic: false,
    timing: {
      propagation,
      readLag,
      poll,
      takes: { start: { best: MINUTE, worst: 45 * MINUTE } },
    },
  };
}

/** All that is asked of a project to say how it stands: at once, since none of it needs another. */
export const vercelReadings = (place: Pick<Place, 'calls' | 'connection'>, signal?: AbortSignal) =>
  Promise.all([
    standingOf(place, signal),
    place.calls.list(signal),
    namesIn(place, signal),
    isProduction(place.connection) ? place.calls.rollingSettings(signal) : null,
  ]);

export async function vercelObserve(place: Place, signal?: AbortSignal): Promise<Observation> {
  const { connection } = place;
  const [standing, page, domains, settings] = await vercelReadings(place, signal);
  const shown = await deploymentsOf(place, { standing, listed: page.deployments }, signal);
  noteListed(place, page.deployments);
  for (const one of shown) place.memory.sighted.set(releaseIn(one).id, one);
  const named = (id: string | null) => {
    const found = shown.find((one) => one.id === id);
    return found ? releaseIn(found).id : null;
  };
  const first = domains.find((name) => !name.endsWith('.vercel.app')) ?? domains[0];
  const live = named(standing.production);
  return {
    releases: shown.map((one) => vercelObserved(place, one)),
    live,
    split: vercelSplitOf(standing, live, named),
    match: null,
    full: null,
    labels: { project: place.project.name },
    baseline: isProduction(connection) ? vercelBaselineOf(settings?.stages ?? null) : {},
    endpoints: { public: first ? siteOf(place, first) : null, counts: null, metrics: null },
    capabilities: vercelCapabilitiesOf(connection),
    owner: vercelOwnerOf(standing, shown),
    notes: vercelNotesOf(standing, domains),
  };
}

function noteListed({ memory }: Place, deployments: readonly VercelDeployment[]): void {
  memory.listed.clear();
  for (const one of deployments)
    if (one.readyState === 'READY') memory.listed.add(releaseIn(one).id);
}

/**
 * What matters of all that was ever deployed: what is in production, what comes, and what deployctl
 * has made that never got there. What was in production before is at hand, and is not shown: there
 * may be hundreds.
 */
async function deploymentsOf(
  { calls, connection }: Place,
  { standing, listed }: { standing: Standing; listed: readonly VercelDeployment[] },
  signal?: AbortSignal,
): Promise<readonly VercelDeployment[]> {
  const { production, rolling } = standing;
  const live = listed.find(({ id }) => id === production);
  const isComing = isProduction(connection)
    ? ({ readySubstate }: VercelDeployment) => readySubstate !== 'PROMOTED'
    : // Nobody notes there what has served: what is newer than what serves may be on its way.
      (one: VercelDeployment) =>
        vercelSpecOf(releaseIn(one)).target === connection.target &&
        one.createdAt > (live?.createdAt ?? 0);
  const sides = [rolling?.currentDeployment?.id, rolling?.canaryDeployment?.id];
  const staged = listed.filter((one) => isMarked(one) && isComing(one));
  const wanted = [production, ...sides, ...staged.map(({ id }) => id)];
  const ids = [...new Set(wanted.filter((id): id is string => Boolean(id)))];
  // Lists lag behind a build; one that has ended well stays as it is.
  const ended = listed.filter(({ readyState }) => readyState === 'READY');
  const found = await Promise.all(
    ids.map((id) => ended.find((one) => one.id === id) ?? calls.deployment(id, signal)),
  );
  return found.filter((one): one is VercelDeployment => one !== null);
}

function vercelSplitOf(
  { rolling }: Standing,
  live: ReleaseId | null,
  named: (id: string | null) => ReleaseId | null,
): Split | null {
  const base = named(rolling?.currentDeployment?.id ?? null);
  const canary = named(rolling?.canaryDeployment?.id ?? null);
  const share = rolling?.activeStage?.targetPercentage;
  if (base && canary && share !== undefined) return { [base]: 100 - share, [canary]: share };
  return live === null ? null : { [live]: 100 };
}

function vercelObserved(
  place: Pick<Place, 'project'>,
  deployment: VercelDeployment,
): ObservedRelease {
  const release = releaseIn(deployment);
  const { readyState, id } = deployment;
  const ready = readyState === 'READY' ? 1 : 0;
  const failed = FAILED.includes(readyState);
  return {
    id: release.id,
    version: release.version,
    release,
    desired: 1,
    ready,
    starting: ready || failed ? 0 : 1,
    // It takes as much as comes: nobody can say how much that is.
    capacity: null,
    health: vercelHealthOf(ready === 1, failed),
    restarts: null,
    labels: {
      project: place.project.name,
      deployment: id,
      version: release.version,
      release: release.id,
    },
    note: ready ? null : noteOf(deployment),
  };
}

function vercelHealthOf(ready: boolean, failed: boolean): Health {
  if (ready) return 'healthy';
  return failed ? 'unhealthy' : 'unknown';
}

export function noteOf({ id, readyState, errorCode, errorMessage }: VercelDeployment): string {
  const why = [errorMessage, errorCode && `(${errorCode})`].filter(Boolean).join(' ');
  return `${id} is ${readyState}${why ? `: ${why}` : ''}`;
}

function vercelOwnerOf({ rolling }: Standing, shown: readonly VercelDeployment[]): string | null {
  const canary = shown.find(({ id }) => id === rolling?.canaryDeployment?.id);
  if (!rolling || (canary && isMarked(canary))) return null;
  const share = rolling.activeStage?.targetPercentage ?? 0;
  return `a rolling release that deployctl did not start is under way: ${rolling.canaryDeployment?.id} has ${share} % of the visitors. Complete or abort it first`;
}

function vercelNotesOf({ request }: Standing, domains: readonly string[]): readonly string[] {
  return [
    ...(request?.type === 'rollback'
      ? [
          'Production was rolled back at Vercel: it gives no domain to a new push until something is promoted.',
        ]
      : []),
    ...(domains.length === 0
      ? ['The project has no domain of production: users cannot reach what is promoted.']
      : []),
  ];
}
