import { annotating, MARK } from '../marks.ts';
import type { BackendRef, HttpRoute, RouteRule } from '../objects.ts';
import { headerMatchIn, headerRule, isHeaderRule } from './header-rule.ts';
import { isOurs, type Naming, rulesWith } from './route-rules.ts';
import type { Change, HeaderMatch } from './router.ts';

interface KubeWriting {
  readonly change: Change;
  readonly marks: Readonly<Record<string, string>>;
  readonly names: Naming;
  readonly ours: readonly string[];
}

/** Only weights of our entries, entries that are new, and our marks; refused when the route is another by now. */
export function patchOf(
  route: HttpRoute,
  { change, marks, names, ours }: KubeWriting,
): readonly object[] {
  const { metadata } = route;
  const former = metadata.annotations?.[MARK.former] ?? JSON.stringify(formerWeights(route, ours));
  const isOver = change.without !== undefined;
  const match = matchAfter(route, change);
  const annotations = {
    ...marks,
    [MARK.former]: isOver ? null : former,
    [MARK.match]: match && JSON.stringify(match),
  };
  const before = JSON.parse(former) as Record<string, Record<string, number>>;
  const rules = rulesWith(route, ours).map(([index, rule]) => {
    const refs = refsFor(rule, { change, names, ours });
    const backendRefs = isOver ? refs.map((ref) => kubeRestored(ref, before[index])) : refs;
    return { index, rule: { ...rule, backendRefs } };
  });
  return [
    { op: 'test', path: '/metadata/generation', value: metadata.generation },
    ...annotating(metadata, annotations),
    ...(match || headerMatchIn(route)
      ? [{ op: 'replace', path: '/spec/rules', value: withHeader(route, rules, { match, names }) }]
      : rules.map(({ index, rule }) => ({
          op: 'replace',
          path: `/spec/rules/${index}/backendRefs`,
          value: rule.backendRefs,
        }))),
  ];
}

/** Who has left the route gets no requests by a header either. */
function matchAfter(route: HttpRoute, { match, without = [] }: Change): HeaderMatch | null {
  const wanted = match === undefined ? headerMatchIn(route) : match;
  return wanted && !without.includes(wanted.deployment) ? wanted : null;
}

interface Changed {
  readonly index: number;
  readonly rule: RouteRule & { readonly backendRefs: readonly BackendRef[] };
}

/** All rules: the user's in their order, and after them what requests with the header follow. */
function withHeader(
  route: HttpRoute,
  changed: readonly Changed[],
  { match, names }: { readonly match: HeaderMatch | null; readonly names: Naming },
): readonly RouteRule[] {
  const all = (route.spec.rules ?? [])
    .map((rule, index) => changed.find((one) => one.index === index)?.rule ?? rule)
    .filter((rule) => !isHeaderRule(route, rule));
  if (!match) return all;
  const service = names.toService(match.deployment);
  const copies = changed.flatMap(({ rule }) => {
    const to = rule.backendRefs.find(({ name }) => name === service);
    return to ? [headerRule(rule, match, to)] : [];
  });
  return [...all, ...copies];
}

/** What the user wrote, so that in the end the route says again what the manifests say. */
const formerWeights = (route: HttpRoute, ours: readonly string[]) =>
  Object.fromEntries(
    rulesWith(route, ours).map(([index, { backendRefs = [] }]) => [
      index,
      Object.fromEntries(backendRefs.map(({ name, weight = 1 }) => [name, weight])),
    ]),
  );

function kubeRestored(ref: BackendRef, before: Record<string, number> | undefined): BackendRef {
  const weight = before?.[ref.name];
  return weight === undefined || weight === 0 || ref.weight === 0 ? ref : { ...ref, weight };
}

function refsFor(
  { backendRefs = [] }: RouteRule,
  { change, names, ours }: Pick<KubeWriting, 'change' | 'names' | 'ours'>,
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
