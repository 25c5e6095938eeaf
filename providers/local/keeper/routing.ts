import type { ReleaseId, Split } from '../../../src/contract/index.ts';
import type { Front } from '../edge-settings.ts';
import type { Desired } from '../home/desired.ts';
import type { Backend, ReplicaState, Table } from '../home/messages.ts';
import { specOf } from '../home/spec.ts';

export interface Routable {
  readonly release: ReleaseId;
  readonly key: string;
  readonly port: number;
  readonly state: ReplicaState;
}

/** What the edge should do now: the wanted split over the replicas that are ready. */
export function tableOf(desired: Desired, replicas: readonly Routable[]): Omit<Table, 'version'> {
  const backends: Record<ReleaseId, Backend[]> = {};
  for (const id of Object.keys(desired.releases)) backends[id] = [];
  for (const { release, key, port, state } of replicas) {
    if (state === 'ready') backends[release]?.push({ key, port });
  }
  return {
    split: routingSplitOf(desired, backends),
    match: desired.match,
    live: desired.live,
    sticky: stickyOf(desired),
    front: frontOf(desired),
    backends,
    draining: replicas.filter(({ state }) => state === 'draining').map(({ key }) => key),
  };
}

/**
 * A candidate's from its first traffic on, so that its users stay with it; else that of the live
 * release. One that is undone leaves nothing of its settings.
 */
function stickyOf(desired: Desired): Table['sticky'] {
  const { live, releases } = desired;
  const stickyIn = (id: string | null) => {
    const wanted = id === null ? undefined : releases[id];
    return wanted ? specOf(wanted.release).edge.sticky : null;
  };
  const candidates = withTraffic(desired).filter((id) => id !== live);
  return candidates.map(stickyIn).find((sticky) => sticky !== null) ?? stickyIn(live);
}

function withTraffic({ replacing, split }: Desired): string[] {
  const shares = Object.entries(split ?? {}).filter(([, weight]) => weight > 0);
  return [...(replacing ? [replacing.release] : []), ...shares.map(([id]) => id)];
}

/** Comes and goes with the live release; a first one is met with its own before it is live: TLS above all. */
function frontOf({ live, split, releases }: Desired): Front {
  const serving = Object.keys(split ?? {}).find((id) => releases[id]);
  const wanted = releases[live ?? serving ?? Object.keys(releases)[0] ?? ''];
  if (!wanted) return {};
  const { tls, trustProxy, accessLog, limits } = specOf(wanted.release).edge;
  return { tls, trustProxy, accessLog, limits };
}

/** While replicas are replaced one by one, each ready one carries the same share. */
function routingSplitOf(
  { replacing, split }: Desired,
  backends: Readonly<Record<ReleaseId, readonly Backend[]>>,
): Split | null {
  if (!replacing) return split;
  const fresh = backends[replacing.release]?.length ?? 0;
  const old = backends[replacing.from]?.length ?? 0;
  if (fresh + old === 0) return null;
  const share = Number(((100 * fresh) / (fresh + old)).toFixed(3));
  return { [replacing.from]: Number((100 - share).toFixed(3)), [replacing.release]: share };
}
