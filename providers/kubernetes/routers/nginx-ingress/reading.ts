import { isDeepStrictEqual } from 'node:util';
import type { Connection } from '../../connection.ts';
import { MARK } from '../../marks.ts';
import { KUBE_NOTHING, type RequestMatch, type Routing } from '../router.ts';
import { isCanary, matchIn, pinsClients, weightIn } from './annotations.ts';
import { type Ingress, placesIn, rulesTo } from './ingress.ts';

/** What was read: the user's own Ingress, and those of ours beside it. */
export interface NginxSeen {
  readonly own: Ingress;
  readonly canaries: readonly Ingress[];
}

export function readNginx(
  all: readonly Ingress[],
  name: string,
  { workload, service }: Connection,
): Routing {
  const own = all.find(({ metadata }) => metadata.name === name);
  if (!own) return { ...KUBE_NOTHING, problem: 'the Ingress is not there' };
  const canaries = all.filter(({ metadata }) => metadata.labels?.[MARK.workload] === workload);
  const counted = canaries.filter((canary) => isBeside(own, canary, service));
  const shares = counted.map((canary) => [canary.metadata.name, weightIn(canary)] as const);
  const given = shares.reduce((sum, [, share]) => sum + share, 0);
  const unweighted = canaries.map(({ metadata }) => [metadata.name, 0] as const);
  const [newest] = canaries.map(writtenBy).sort((one, other) => other.routedAt - one.routedAt);
  return {
    weights: {
      [workload]: 100 - given,
      ...Object.fromEntries(unweighted),
      ...Object.fromEntries(shares),
    },
    match: matchOf(counted),
    operation: newest?.operation ?? null,
    routedAt: newest?.routedAt || null,
    lag: null,
    problem: problemOf({ own, canaries }, all, service),
    notes: ingressNotes(own),
    names: [workload, ...canaries.map(({ metadata }) => metadata.name)],
    found: Object.fromEntries(
      canaries.map(({ metadata }) => [metadata.name, { ...metadata.annotations }]),
    ),
    fetched: { own, canaries } satisfies NginxSeen,
  };
}

/** A canary counts only with the very hosts and paths of the other. */
const isBeside = (own: Ingress, canary: Ingress, service: string) =>
  isCanary(canary) &&
  isDeepStrictEqual(canary.spec.rules, rulesTo(own, service, canary.metadata.name));

function matchOf(canaries: readonly Ingress[]): RequestMatch | null {
  const [found] = canaries.flatMap((canary) => {
    const match = matchIn(canary);
    return match ? [{ deployment: canary.metadata.name, ...match }] : [];
  });
  return found ?? null;
}

const writtenBy = ({ metadata: { annotations = {} } }: Ingress) => ({
  operation: annotations[MARK.operation] ?? null,
  routedAt: Number(annotations[MARK.routedAt] ?? 0),
});

function problemOf(
  { own, canaries }: NginxSeen,
  all: readonly Ingress[],
  service: string,
): string | null {
  if (isCanary(own)) return 'it is a canary itself: name the Ingress that it stands beside';
  const places = placesIn(rulesTo(own, service, service));
  if (places.length === 0) return 'none of its rules sends to the Service';
  const stranger = all.find(
    (one) =>
      isCanary(one) &&
      !canaries.includes(one) &&
      placesIn(one.spec.rules ?? []).some((place) => places.includes(place)),
  );
  return stranger
    ? `the canary Ingress ${stranger.metadata.name} has the same hosts and paths, and only one canary counts`
    : null;
}

const RETIRED =
  'ingress-nginx is no longer maintained and gets no more security fixes: plan the move to a Gateway (router: { httpRoute: NAME }), or to another controller that reads these annotations';

const ingressNotes = (own: Ingress) => [
  RETIRED,
  ...(pinsClients(own)
    ? [
        `Ingress ${own.metadata.name} keeps clients by a cookie: a client that has one stays where it was, whatever the weights and headers say`,
      ]
    : []),
];
