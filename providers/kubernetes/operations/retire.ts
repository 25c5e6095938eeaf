import type { Release, ReleaseId, Retire } from '../../../src/contract/index.ts';
import { unpin } from '../baseline.ts';
import { removeContents } from '../manifests/delivery.ts';
import { MARK } from '../marks.ts';
import { splitOf } from '../observation.ts';
import { rolloutLag } from '../rollout.ts';
import { isMadeFor, type Sight, type Stand, standsIn } from '../sight.ts';
import { troubleIn } from '../trouble.ts';
import { giveTemplate, restoreManner } from './home.ts';
import type { Doing } from './index.ts';
import { KUBE_DONE, type Move, wait } from './move.ts';

/**
 * Nothing of a release is left. When it was the workload's own, the workload gets the release that is
 * kept, traffic goes there, and what stood beside it goes: in the end there is only the user's own
 * object, as a new manifest would describe it. Serving capacity is never lowered on the way.
 */
export async function retire(
  { release, keeps }: Retire,
  sight: Sight,
  doing: Doing,
): Promise<Move> {
  const { home } = sight;
  if (!home)
    return { is: 'refuse', words: `there is no Deployment ${doing.ground.connection.workload}` };
  const weight = splitOf(sight)?.[release] ?? 0;
  if (weight > 0) return { is: 'refuse', words: `${release} still has ${weight} % of the traffic` };
  if (keeps === null)
    return { is: 'refuse', words: `${home.deployment.metadata.name} was there before and stays` };
  return (
    convergeKube({ home, release, keeps }, sight, doing) ??
    remove(sidesToRemove(home, { release, keeps }, sight), sight, doing) ??
    leftovers([release, ...(home.release.id === keeps ? [keeps] : [])], sight) ??
    forgotten(sight, doing) ??
    restoredRoute(home, sight, doing) ??
    (sight.sides.length === 0
      ? await removeContents(sight, doing.ground, doing.context.signal)
      : null) ??
    KUBE_DONE
  );
}

interface KubeChange {
  readonly release: ReleaseId;
  readonly keeps: ReleaseId;
}

/** The workload runs what is kept, and has the traffic; null when it does, or has nothing to do with it. */
function convergeKube(
  { home, release, keeps }: KubeChange & { readonly home: Stand },
  sight: Sight,
  doing: Doing,
): Move | null {
  const { deployment } = home;
  if (home.release.id === release) return handOver({ home, keeps }, sight, doing);
  if (home.release.id !== keeps) return null;
  const lag = rolloutLag(deployment);
  const trouble = lag === null ? null : troubleIn(deployment, home.pods, sight.now);
  if (trouble?.isFatal) return { is: 'failed', words: trouble.words };
  if (lag) return wait(`${deployment.metadata.name}: ${lag}`);
  return served(home, sight, doing);
}

function handOver(
  { home, keeps }: { readonly home: Stand; readonly keeps: ReleaseId },
  sight: Sight,
  doing: Doing,
): Move {
  const { name, annotations } = home.deployment.metadata;
  if (annotations?.[MARK.operation] === doing.context.key)
    return { is: 'diverged', expected: { [name]: keeps }, found: { [name]: home.release.id } };
  const kept = recorded(keeps, sight, doing);
  if (!kept) return { is: 'refuse', words: `${keeps} is not up` };
  return giveTemplate(home, kept, doing);
}

const recorded = (id: ReleaseId, sight: Sight, { context }: Doing): Release | null =>
  standsIn(sight).find(({ release }) => release.id === id)?.release ??
  (context.before.live?.id === id ? context.before.live : null);

/** All of the traffic is the workload's own again, and nobody sends anywhere else any more. */
function served(home: Stand, sight: Sight, { ground, context }: Doing): Move | null {
  const { router, connection } = ground;
  const { routing, now } = sight;
  const { name } = home.deployment.metadata;
  if (routing.problem) return { is: 'refuse', words: `${router.label}: ${routing.problem}` };
  if ((routing.weights?.[name] ?? 0) < 100) {
    const others = routing.names
      .filter((other) => other !== name)
      .map((other) => [other, 0] as const);
    const weights = { ...Object.fromEntries(others), [name]: 100 };
    return {
      is: 'act',
      words: `${router.label} leads to ${name} again`,
      act: (signal) =>
        router.write(routing.fetched, sight, { weights, key: context.key, isShift: true, signal }),
    };
  }
  if (routing.lag) return wait(`${router.label}: ${routing.lag}`);
  const left = (routing.routedAt ?? 0) + connection.propagation - now;
  return left > 0 ? wait('the last connections to the old pods are closing') : null;
}

function sidesToRemove(
  home: Stand,
  { release, keeps }: KubeChange,
  { sides }: Sight,
): readonly Stand[] {
  return sides.filter(
    (side) => isOf(side, release) || (home.release.id === keeps && isOf(side, keeps)),
  );
}

/** Also one that other hands have changed: it was made for this release, and serves nothing else. */
const isOf = (side: Stand, id: ReleaseId) => side.release.id === id || isMadeFor(side, id);

/** First the router forgets them, then they go. */
function remove(gone: readonly Stand[], sight: Sight, { ground, context }: Doing): Move | null {
  const { cluster, connection, router } = ground;
  const { routing } = sight;
  const going = gone.filter(({ deployment }) => !deployment.metadata.deletionTimestamp);
  if (going.length === 0) return null;
  const names = going.map(({ deployment }) => deployment.metadata.name);
  const named = names.filter((name) => routing.names.includes(name));
  if ('step' in router.weights && named.length > 0) {
    const kept = Object.entries(routing.weights ?? {}).filter(([name]) => !named.includes(name));
    const change = {
      weights: Object.fromEntries(kept),
      without: named,
      key: context.key,
      isShift: false,
    };
    return {
      is: 'act',
      words: `${router.label}: remove ${named.join(', ')}`,
      act: (signal) => router.write(routing.fetched, sight, { ...change, signal }),
    };
  }
  return {
    is: 'act',
    words: `remove ${names.join(', ')}`,
    act: (signal) =>
      Promise.all(
        going.map(({ deployment: { metadata } }) =>
          cluster.remove(
            { kind: 'deployments', namespace: connection.namespace, name: metadata.name },
            { uid: metadata.uid, signal },
          ),
        ),
      ),
  };
}

/** When somebody else took away what stood beside it, the route says again what the user wrote. */
function forgotten({ sides, routing, ...sight }: Sight, { ground, context }: Doing): Move | null {
  const { router } = ground;
  if (sides.length > 0 || !routing.isMarked || routing.problem) return null;
  const change = { weights: routing.weights ?? {}, without: [], key: context.key, isShift: false };
  return {
    is: 'act',
    words: `${router.label} is restored to what it was`,
    act: (signal) => router.write(routing.fetched, { ...sight, sides }, { ...change, signal }),
  };
}

/** A pod on its way out still serves what it was sent. */
function leftovers(releases: readonly ReleaseId[], { home, sides, strays }: Sight): Move | null {
  const gone = (id: string | undefined) => id !== undefined && releases.includes(id);
  const pods = strays.filter(({ metadata }) => gone(metadata.labels?.[MARK.release]));
  const beside = sides
    .filter((side) => releases.some((id) => isOf(side, id)))
    .flatMap((side) => side.pods);
  const own = (home?.runs ?? [])
    .filter((run) => run.release.id === releases[0])
    .flatMap((run) => run.pods);
  const count = pods.length + beside.length + own.length;
  return count > 0 ? wait(`${count} pods are on their way out`) : null;
}

/** The user's own settings, once nothing stands beside the workload. */
function restoredRoute(home: Stand, sight: Sight, { ground }: Doing): Move | null {
  if (sight.sides.length > 0) return null;
  return restoreManner(home, ground) ?? unpin(ground, sight);
}
