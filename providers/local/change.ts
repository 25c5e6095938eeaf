import {
  type Operation,
  ProviderError,
  type Release,
  type ReleaseId,
  type Scale,
  type Split,
} from '../../src/contract/index.ts';
import type { Desired, Wanted } from './desired.ts';
import type { Address } from './messages.ts';
import type { LocalSpec } from './settings.ts';

export const specOf = (release: Release) => release.spec as unknown as LocalSpec;

/** The releases that the operation carries whole. */
export function releasesIn(operation: Operation): Release[] {
  if (operation.kind === 'replace') return [operation.release, operation.from];
  return operation.kind === 'start' ? [operation.release] : [];
}

/** The releases whose replicas it asks for. */
export function namesIn(operation: Operation): ReleaseId[] {
  if (operation.kind === 'scale') return [operation.release];
  return releasesIn(operation).map(({ id }) => id);
}

/** Replicas that make this percent of the release's full capacity. */
export function unitsOf(
  release: Release,
  { capacity, units = 0 }: Pick<Scale, 'capacity' | 'units'>,
): number {
  return Math.max(
    units,
    capacity > 0 ? 1 : 0,
    Math.ceil((specOf(release).replicas * capacity) / 100 - 1e-9),
  );
}

/** What is wanted after the operation: absolute, so that asking twice changes nothing. */
export function change(desired: Desired, operation: Operation): Desired {
  switch (operation.kind) {
    case 'start':
      return withRelease(desired, operation.release, unitsOf(operation.release, operation));
    case 'scale': {
      const { release } = present(desired, operation.release);
      return withRelease(desired, release, unitsOf(release, operation));
    }
    case 'route': {
      for (const id of routed(operation.split)) present(desired, id);
      if (operation.match) present(desired, operation.match.release);
      const { split, match } = operation;
      return { ...desired, split, match, replacing: null };
    }
    case 'replace': {
      const { replaced, of, surge, unavailable } = operation;
      const grown = withRelease(desired, operation.release, replaced);
      return {
        ...withRelease(grown, operation.from, of - replaced),
        split: null,
        match: null,
        replacing: {
          release: operation.release.id,
          from: operation.from.id,
          replaced,
          of,
          surge,
          unavailable,
        },
      };
    }
    case 'promote':
      present(desired, operation.release);
      return { ...desired, live: operation.release };
    case 'retire':
      return without(desired, operation.release, operation.keeps);
  }
}

function without(desired: Desired, id: ReleaseId, keeps: ReleaseId | null): Desired {
  const { [id]: _gone, ...releases } = desired.releases;
  const match = desired.match?.release === id ? null : desired.match;
  const rest = { ...desired, releases, match };
  if (keeps === null) {
    return {
      ...rest,
      split: null,
      match: null,
      replacing: null,
      live: desired.live === id ? null : desired.live,
    };
  }
  if (weightOf(desired, id) > 0) {
    throw new ProviderError('permanent', `${id} still gets traffic: route traffic away first`);
  }
  const live = desired.live === id ? keeps : desired.live;
  if (desired.replacing) return { ...rest, live, split: { [keeps]: 100 }, replacing: null };
  const { [id]: _weight, ...split } = desired.split ?? {};
  return { ...rest, live, split: desired.split && split };
}

/** The share that is wanted for it, whether routed or following the replicas. */
function weightOf(desired: Desired, id: ReleaseId): number {
  const { replacing } = desired;
  if (!replacing) return desired.split?.[id] ?? 0;
  if (id === replacing.release) return (100 * replacing.replaced) / replacing.of;
  return id === replacing.from ? 100 - (100 * replacing.replaced) / replacing.of : 0;
}

export function routed(split: Split): ReleaseId[] {
  return Object.keys(split).filter((id) => (split[id] ?? 0) > 0);
}

function present(desired: Desired, id: ReleaseId): Wanted {
  const wanted = desired.releases[id];
  if (!wanted) throw new ProviderError('permanent', `release ${id} is not here: start it first`);
  return wanted;
}

function withRelease(desired: Desired, release: Release, count: number): Desired {
  return {
    ...desired,
    edge: sameEdge(desired.edge, specOf(release).edge),
    releases: { ...desired.releases, [release.id]: { release, count } },
  };
}

/** The edge that runs is kept; one on other ports cannot take its connections over. */
function sameEdge(running: Address | null, { host, port, metricsPort }: Address): Address {
  const wanted = { host, port, metricsPort };
  if (!running) return wanted;
  const moved = (port: 'port' | 'metricsPort') =>
    wanted[port] !== 0 && wanted[port] !== running[port];
  if (wanted.host !== running.host) refuseMove(nameOf(running), nameOf(wanted));
  if (moved('port')) refuseMove(running.port, wanted.port);
  if (moved('metricsPort')) refuseMove(`${running.metricsPort} for metrics`, wanted.metricsPort);
  return running;
}

const nameOf = ({ host, port }: Address) => `${host}:${port}`;

function refuseMove(from: string | number, to: string | number): never {
  throw new ProviderError(
    'permanent',
    `the edge listens on ${from}; the config wants ${to}: run \`deployctl down\` first`,
  );
}
