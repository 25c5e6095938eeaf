import type { ReleaseId, Scale, Start } from '../../../src/contract/index.ts';
import { pin } from '../baseline.ts';
import { MARK, sideName } from '../marks.ts';
import { fullOf } from '../observation.ts';
import { lastManagerOf } from '../others.ts';
import { rolloutLag } from '../rollout.ts';
import { readyIn, slicesOf } from '../routers/service.ts';
import { isMadeFor, isReady, type Sight, type Stand, standsIn } from '../sight.ts';
import { troubleIn } from '../trouble.ts';
import type { Doing } from './index.ts';
import { type Move, wait } from './move.ts';
import { createService, createSide } from './side.ts';

/** The release is up beside the workload, or as the workload when it runs there anyway. */
export async function start(operation: Start, sight: Sight, doing: Doing): Promise<Move> {
  const { release } = operation;
  const { home } = sight;
  if (!home)
    return { is: 'refuse', words: `there is no Deployment ${doing.ground.connection.workload}` };
  if (home.release.id === release.id) return sized({ stand: home, operation }, sight, doing);
  const pinned = pin(doing.ground, sight, operation.units ?? 0);
  if (pinned) return pinned;
  const name = sideName(doing.ground.connection.workload, release.id);
  const side = sight.sides.find(({ deployment }) => deployment.metadata.name === name);
  const count = kubeUnitsFor(operation, sight);
  if (!side) return createSide({ name, release, count }, sight, doing);
  if (side.deployment.metadata.deletionTimestamp)
    return wait(`the former ${name} is on its way out`);
  if (side.release.id !== release.id) return changedByOthers(side, release.id);
  return sized({ stand: side, operation }, sight, doing);
}

export async function scale(operation: Scale, sight: Sight, doing: Doing): Promise<Move> {
  const stand = standsIn(sight)
    .filter(({ release }) => release.id === operation.release)
    .sort((one, other) => Number(one.isHome) - Number(other.isHome))[0];
  const edited = sight.sides.find((side) => isMadeFor(side, operation.release));
  if (!stand && edited) return changedByOthers(edited, operation.release);
  if (!stand) return { is: 'refuse', words: `${operation.release} was never started` };
  return sized({ stand, operation }, sight, doing);
}

function changedByOthers({ deployment, release }: Stand, wanted: ReleaseId): Move {
  const about = deployment.metadata.name;
  return {
    is: 'diverged',
    expected: { [about]: wanted },
    found: { [about]: release.id, by: lastManagerOf(deployment.metadata) },
  };
}

/** Percent of what carries all of the traffic now, and never fewer than asked for. */
function kubeUnitsFor({ capacity, units = 0 }: Pick<Scale, 'capacity' | 'units'>, sight: Sight) {
  return Math.max(1, units, Math.ceil(((fullOf(sight) ?? 1) * capacity) / 100));
}

interface SizedStand {
  readonly stand: Stand;
  readonly operation: Pick<Scale, 'capacity' | 'units'>;
}

async function sized({ stand, operation }: SizedStand, sight: Sight, doing: Doing): Promise<Move> {
  const { deployment, isHome } = stand;
  const count = isHome ? (operation.units ?? 0) : kubeUnitsFor(operation, sight);
  const present = deployment.spec.replicas ?? 1;
  const isOff = isHome ? present < count : present !== count;
  if (isOff) return isHome ? grown(count, sight, doing) : resized(stand, count, doing);
  const trouble = troubleIn(deployment, stand.pods, sight.now);
  if (trouble?.isFatal) {
    const pod = trouble.pod ? { name: trouble.pod, hasCrashed: trouble.hasCrashed } : null;
    return { is: 'failed', words: trouble.words, pod };
  }
  const lag = rolloutLag(deployment);
  if (lag) return wait(trouble ? `${lag}; ${trouble.words}` : lag);
  return isHome ? { is: 'done' } : connected(stand, sight, doing);
}

/** An autoscaler, where there is one, is told the least that it may keep, and does the rest. */
function grown(count: number, sight: Sight, doing: Doing): Move {
  const pinned = pin(doing.ground, sight, count);
  if (pinned) return pinned;
  if (sight.autoscaler)
    return wait(`${sight.autoscaler.metadata.name} has not scaled to ${count} yet`);
  return resized(sight.home as Stand, count, doing);
}

function resized({ deployment }: Stand, count: number, { ground }: Doing): Move {
  const { name } = deployment.metadata;
  const { namespace } = ground.connection;
  const place = { kind: 'deployments', namespace, name, part: 'scale' } as const;
  return {
    is: 'act',
    words: `${name}: ${count} pods`,
    act: (signal) =>
      ground.cluster.patch(place, { as: 'merge', body: { spec: { replicas: count } } }, { signal }),
  };
}

/** Its own Service leads to all of its pods, and the router knows it, still without weight. */
async function connected(stand: Stand, sight: Sight, { ground, context }: Doing): Promise<Move> {
  const { cluster, connection, router } = ground;
  const { name } = stand.deployment.metadata;
  const place = { kind: 'services', namespace: connection.namespace, name } as const;
  const listed = readyIn(await slicesOf(cluster, place, context.signal));
  const missing = stand.pods.filter((pod) => isReady(pod) && !listed.includes(pod.metadata.name));
  if (missing.length > 0) {
    const service = await cluster.get(place, { signal: context.signal });
    if (!service) return createService(stand, sight, { ground, context });
    return wait(`the Service ${name} does not list ${missing.length} pods yet`);
  }
  const { names, weights, lag, problem } = sight.routing;
  if ('step' in router.weights && problem === null) {
    if (!names.includes(name) && !router.namesOnlyWeight) {
      const change = { weights: { ...weights, [name]: 0 }, key: context.key, isShift: false };
      return {
        is: 'act',
        words: `${router.label}: add ${name}`,
        act: (signal) => router.write(sight.routing.fetched, sight, { ...change, signal }),
      };
    }
    if (lag) return wait(`${router.label}: ${lag}`);
  }
  const images = Object.fromEntries(
    stand.pods
      .flatMap(({ status }) => status?.containerStatuses ?? [])
      .map(({ name: container, imageID = '' }) => [container, imageID]),
  );
  return { is: 'done', facts: { [MARK.workload]: name, images } };
}
