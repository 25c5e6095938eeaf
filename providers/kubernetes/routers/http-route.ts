import type { Cluster } from '../../../src/clients/kubernetes/index.ts';
import { ProviderError } from '../../../src/contract/index.ts';
import type { Connection } from '../connection.ts';
import { MARK } from '../marks.ts';
import type { HttpRoute, RouteRule } from '../objects.ts';
import { headerMatchIn, isHeaderRule } from './header-rule.ts';
import { patchOf } from './route-change.ts';
import { isOurs, type Naming, oursIn, rulesWith } from './route-rules.ts';
import {
  type HeaderMatch,
  KUBE_NOTHING,
  type Router,
  type Routing,
  type Scenery,
} from './router.ts';
import { timeIn } from './service.ts';

/** Weights of an HTTPRoute: in every rule that names the Service, whatever Gateway serves it. */
export function httpRouteRouter(
  cluster: Cluster,
  { namespace, service, workload }: Connection,
  name: string,
): Router {
  const place = { kind: 'httproutes', namespace, name } as const;
  const names: Naming = {
    toService: (deployment) => (deployment === workload ? service : deployment),
    toDeployment: (backend) => (backend === service ? workload : backend),
  };
  return {
    weights: { step: 0.1 },
    match: { header: true, cookie: false },
    label: `HTTPRoute ${name}`,
    fetch: (signal) => cluster.get<HttpRoute>(place, { signal }),
    read: (fetched, scenery) => readHttpRoute(fetched as HttpRoute | null, scenery, names),
    write: async (fetched, scenery, change) => {
      const route = fetched as HttpRoute | null;
      if (!route) throw new ProviderError('permanent', `there is no HTTPRoute ${name}`);
      const shifted = { [MARK.operation]: change.key, [MARK.routedAt]: String(cluster.now()) };
      const marks = change.isShift ? shifted : {};
      const body = patchOf(route, { change, marks, names, ours: oursIn(scenery, names) });
      await cluster.patch(place, { as: 'json', body }, { signal: change.signal });
    },
  };
}

function readHttpRoute(route: HttpRoute | null, scenery: Scenery, names: Naming): Routing {
  if (!route) return { ...KUBE_NOTHING, problem: 'the HTTPRoute is not there' };
  const ours = oursIn(scenery, names);
  const rules = rulesWith(route, ours).map(([, rule]) => rule);
  const weights = rules.map((rule) => weightsOf(rule, ours, names));
  const annotations = route.metadata.annotations ?? {};
  return {
    weights: weights[0] ?? null,
    match: matchIn(route, rules.length),
    operation: annotations[MARK.operation] ?? null,
    routedAt: timeIn(annotations[MARK.routedAt]),
    lag: lagOf(route),
    problem: problemOf(rules, weights, ours),
    names: Object.keys(weights[0] ?? {}),
    found: rules.map(({ backendRefs = [] }) =>
      backendRefs.map(({ name, weight = 1 }) => ({ name, weight })),
    ),
    fetched: route,
  };
}

/** Only where every rule has its copy: what others took away is not there. */
function matchIn(route: HttpRoute, rules: number): HeaderMatch | null {
  const copies = (route.spec.rules ?? []).filter((rule) => isHeaderRule(route, rule));
  return copies.length === rules ? headerMatchIn(route) : null;
}

function weightsOf({ backendRefs = [] }: RouteRule, ours: readonly string[], names: Naming) {
  const own = backendRefs.filter((ref) => isOurs(ref, ours));
  const total = own.reduce((sum, { weight = 1 }) => sum + weight, 0);
  return Object.fromEntries(
    own.map(({ name, weight = 1 }) => [
      names.toDeployment(name),
      total > 0 ? (100 * weight) / total : 0,
    ]),
  );
}

function problemOf(
  rules: readonly RouteRule[],
  weights: readonly Readonly<Record<string, number>>[],
  ours: readonly string[],
): string | null {
  if (rules.length === 0) return 'none of its rules sends to the Service';
  const stranger = rules
    .flatMap(({ backendRefs = [] }) => backendRefs)
    .find((ref) => !isOurs(ref, ours));
  if (stranger) return `a rule that sends to the Service also sends to ${stranger.name}`;
  const first = JSON.stringify(weights[0]);
  if (weights.some((other) => JSON.stringify(other) !== first))
    return 'its rules split the traffic in different ways';
  return null;
}

/** Taken up by every Gateway that it names, in its present form. */
function lagOf({ metadata, status, spec }: HttpRoute): string | null {
  const parents = status?.parents ?? [];
  if (parents.length < (spec.parentRefs ?? []).length)
    return 'a Gateway has not taken up the route yet';
  for (const { parentRef, conditions = [] } of parents) {
    for (const type of ['Accepted', 'ResolvedRefs']) {
      const condition = conditions.find((one) => one.type === type);
      const gateway = `Gateway ${parentRef.name}`;
      if (!condition || (condition.observedGeneration ?? 0) < (metadata.generation ?? 0))
        return `${gateway} has not taken up the route yet`;
      if (condition.status !== 'True')
        return `${gateway}: ${type} is ${condition.status}: ${condition.message ?? condition.reason}`;
    }
  }
  return null;
}
