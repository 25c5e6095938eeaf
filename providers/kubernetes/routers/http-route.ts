import type { Cluster } from '../../../src/clients/kubernetes/index.ts';
import { ProviderError } from '../../../src/contract/index.ts';
import type { Connection } from '../connection.ts';
import { annotating, MARK } from '../marks.ts';
import type { BackendRef, HttpRoute, RouteRule } from '../objects.ts';
import { type Change, NOTHING, type Router, type Routing, type Scenery } from './router.ts';
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
    match: { header: false, cookie: false },
    label: `HTTPRoute ${name}`,
    fetch: (signal) => cluster.get<HttpRoute>(place, { signal }),
    read: (fetched, scenery) => read(fetched as HttpRoute | null, scenery, names),
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

/** A Deployment is reached by a Service, and the user's own may have another name. */
interface Naming {
  toService(deployment: string): string;
  toDeployment(service: string): string;
}

function oursIn({ home, sides }: Scenery, names: Naming): readonly string[] {
  const stands = home ? [home, ...sides] : sides;
  return stands.map(({ deployment }) => names.toService(deployment.metadata.name));
}

const isOurs = (ref: BackendRef, ours: readonly string[]) =>
  (ref.kind ?? 'Service') === 'Service' && ref.namespace === undefined && ours.includes(ref.name);

/** Rules that send to one of our Services, with their place in the list. */
function rulesWith(
  route: HttpRoute,
  ours: readonly string[],
): readonly (readonly [number, RouteRule])[] {
  return (route.spec.rules ?? [])
    .map((rule, index) => [index, rule] as const)
    .filter(([, { backendRefs = [] }]) => backendRefs.some((ref) => isOurs(ref, ours)));
}

function read(route: HttpRoute | null, scenery: Scenery, names: Naming): Routing {
  if (!route) return { ...NOTHING, problem: 'the HTTPRoute is not there' };
  const ours = oursIn(scenery, names);
  const rules = rulesWith(route, ours).map(([, rule]) => rule);
  const weights = rules.map((rule) => weightsOf(rule, ours, names));
  const annotations = route.metadata.annotations ?? {};
  return {
    weights: weights[0] ?? null,
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

interface Writing {
  readonly change: Change;
  readonly marks: Readonly<Record<string, string>>;
  readonly names: Naming;
  readonly ours: readonly string[];
}

/** Only weights of our entries, entries that are new, and our marks; refused when the route is another by now. */
function patchOf(route: HttpRoute, { change, marks, names, ours }: Writing): readonly object[] {
  const { metadata } = route;
  const former = metadata.annotations?.[MARK.former] ?? JSON.stringify(formerWeights(route, ours));
  const isOver = change.without !== undefined;
  const annotations = { ...marks, [MARK.former]: isOver ? null : former };
  const before = JSON.parse(former) as Record<string, Record<string, number>>;
  return [
    { op: 'test', path: '/metadata/generation', value: metadata.generation },
    ...annotating(metadata, annotations),
    ...rulesWith(route, ours).flatMap(([index, rule]) => {
      const refs = refsFor(rule, { change, names, ours });
      const value = isOver ? refs.map((ref) => restored(ref, before[index])) : refs;
      return [{ op: 'replace', path: `/spec/rules/${index}/backendRefs`, value }];
    }),
  ];
}

/** What the user wrote, so that in the end the route says again what the manifests say. */
const formerWeights = (route: HttpRoute, ours: readonly string[]) =>
  Object.fromEntries(
    rulesWith(route, ours).map(([index, { backendRefs = [] }]) => [
      index,
      Object.fromEntries(backendRefs.map(({ name, weight = 1 }) => [name, weight])),
    ]),
  );

function restored(ref: BackendRef, before: Record<string, number> | undefined): BackendRef {
  const weight = before?.[ref.name];
  return weight === undefined || weight === 0 || ref.weight === 0 ? ref : { ...ref, weight };
}

function refsFor(
  { backendRefs = [] }: RouteRule,
  { change, names, ours }: Pick<Writing, 'change' | 'names' | 'ours'>,
): readonly BackendRef[] {
  const { weights } = change;
  const factor = Object.values(weights).every(Number.isInteger) ? 1 : 10;
  const gone = (change.without ?? []).map(names.toService);
  const weightFor = (service: string) =>
    Math.round((weights[names.toDeployment(service)] ?? 0) * factor);
  const kept = backendRefs
    .filter((ref) => !gone.includes(ref.name))
    .map((ref) => (isOurs(ref, ours) ? { ...ref, weight: weightFor(ref.name) } : ref));
  const like = backendRefs.find((ref) => isOurs(ref, ours)) as BackendRef;
  const added = Object.keys(weights)
    .map(names.toService)
    .filter((service) => !backendRefs.some(({ name }) => name === service))
    .map((name) => ({ ...like, name, weight: weightFor(name) }));
  return [...kept, ...added];
}
