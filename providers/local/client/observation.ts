import type {
  Capabilities,
  Health,
  Observation,
  ObservedRelease,
  ReleaseId,
} from '../../../src/contract/index.ts';
import { formatDuration } from '../../../src/lib/duration.ts';
import type { Desired } from '../home/desired.ts';
import type { Address, ReplicaStatus, Status } from '../home/messages.ts';
import { specOf } from '../home/spec.ts';

const CAPABILITIES: Capabilities = {
  cannot: {},
  weights: { step: 0.1 },
  match: { header: true, cookie: true },
  weightsDown: true,
  idle: 'warm',
  places: null,
  coupled: false,
  startsWithTraffic: false,
  timing: { propagation: 0, readLag: 0, poll: 20, takes: {} },
};

/** Nothing was ever started here, or all of it was taken down. */
export const EMPTY: Observation = {
  releases: [],
  live: null,
  split: null,
  match: null,
  full: null,
  labels: {},
  baseline: {},
  endpoints: { public: null, counts: null, metrics: null },
  capabilities: CAPABILITIES,
  owner: null,
  notes: [],
};

export function localObserved({ desired, replicas, applied, edge, trouble }: Status): Observation {
  return {
    ...EMPTY,
    releases: Object.keys(desired.releases).map((id) =>
      localObservedRelease(desired, id, replicas),
    ),
    live: desired.live,
    split: applied?.split ?? desired.split,
    match: applied ? applied.match : desired.match,
    full: localFullOf(desired),
    endpoints: endpointsOf(edge, isSecure(desired)),
    notes: trouble ? [trouble] : [],
  };
}

/** What should run, when nothing of it does: a reboot, or both programs killed. */
export function asleep(desired: Desired): Observation {
  const releases = Object.keys(desired.releases).map((id) => localObservedRelease(desired, id, []));
  const note = 'nothing runs here now; `deployctl up` starts everything that is wanted';
  return {
    ...EMPTY,
    releases,
    live: desired.live,
    split: desired.split,
    match: desired.match,
    full: localFullOf(desired),
    notes: [note],
  };
}

function localObservedRelease(
  desired: Desired,
  id: ReleaseId,
  all: readonly ReplicaStatus[],
): ObservedRelease {
  const { release, count } = desired.releases[id] as Desired['releases'][string];
  const own = all.filter((replica) => replica.release === id);
  const ready = own.filter(({ state }) => state === 'ready');
  const fallen = own.filter(
    ({ state, restarts }) =>
      state === 'unready' || state === 'crashed' || (state === 'starting' && restarts > 0),
  );
  return {
    id,
    version: release.version,
    release,
    desired: count,
    ready: ready.length,
    starting: Math.max(0, count - ready.length - fallen.length),
    capacity: Math.min(100, (100 * ready.length) / specOf(release).replicas),
    health: localHealthOf(ready.length, count),
    restarts: own.reduce((sum, { restarts }) => sum + restarts, 0),
    labels: { release: id, version: release.version },
    note: noteOn(own),
  };
}

function noteOn(replicas: readonly ReplicaStatus[]): string | null {
  const troubled = replicas.find(({ note, state }) => note !== null && state !== 'ready');
  if (troubled) return `replica ${troubled.n}: ${troubled.note}${nextStartWords(troubled)}`;
  const fallen = replicas.find(({ fall, state }) => fall && state === 'ready');
  return fallen ? `replica ${fallen.n}: ${fallen.fall}; it runs again` : null;
}

/** Said only where somebody would wonder why nothing happens. */
const WORTH_SAYING = 1000;

function nextStartWords({ next }: ReplicaStatus): string {
  if (!next || next < WORTH_SAYING) return '';
  return `; next start in ${formatDuration(Math.round(next / 1000) * 1000)}`;
}

/** A release says itself how many replicas carry all of the traffic. */
function localFullOf({ live, releases }: Desired): number | null {
  const wanted = live === null ? undefined : releases[live];
  return wanted ? specOf(wanted.release).replicas : null;
}

function localHealthOf(ready: number, count: number): Health {
  if (ready >= count) return 'healthy';
  return ready > 0 ? 'degraded' : 'unhealthy';
}

/** Where an address that stands for all of them is reached from here. */
const REACHABLE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };

const edgeHostOf = ({ host }: Address) =>
  REACHABLE[host] ?? (host.includes(':') ? `[${host}]` : host);

/** What is on this machine is answered without TLS as well, and needs no certificate. */
export const plainAddressOf = (edge: Address | null) =>
  edge && `http://${edgeHostOf(edge)}:${edge.port}`;

const isSecure = ({ live, releases }: Desired) => {
  const wanted = live === null ? undefined : releases[live];
  return wanted !== undefined && Boolean(specOf(wanted.release).edge.tls);
};

function endpointsOf(edge: Address | null, secure: boolean): Observation['endpoints'] {
  if (!edge) return EMPTY.endpoints;
  const numbers = `http://127.0.0.1:${edge.metricsPort}`;
  return {
    public: `${secure ? 'https' : 'http'}://${edgeHostOf(edge)}:${edge.port}`,
    counts: `${numbers}/counts`,
    metrics: `${numbers}/metrics`,
  };
}
