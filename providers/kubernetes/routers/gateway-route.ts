import type { Condition, Kind, KubeObject } from '../../../src/clients/kubernetes/index.ts';
import type { JsonObject } from '../../../src/contract/index.ts';
import type { OwnRules, RouteForm, Rule, Target } from './weighted/index.ts';

/** What HTTPRoute and GRPCRoute of the Gateway API have in common. */

interface RouteParent {
  readonly parentRef: JsonObject;
  readonly conditions?: readonly Condition[];
}

interface GatewayRoute extends KubeObject {
  readonly spec: {
    readonly parentRefs?: readonly JsonObject[];
    readonly rules?: readonly GatewayRule[];
  };
  readonly status?: {
    readonly parents?: readonly RouteParent[];
  };
}

interface GatewayRule extends Rule {
  readonly matches?: readonly GatewayMatch[];
  readonly backendRefs?: readonly Target[];
}

interface GatewayMatch extends JsonObject {
  readonly headers?: readonly JsonObject[];
}

const gatewayRulesOf = (object: KubeObject) => (object as GatewayRoute).spec.rules ?? [];

/** `everything` is how the platform reads a rule that names no match. */
export const gatewayForm = (
  kind: Kind,
  title: string,
  everything: readonly GatewayMatch[],
): RouteForm => ({
  kind,
  title,
  step: 0.1,
  unsaid: 1,
  spotsIn: (object) =>
    gatewayRulesOf(object).map((rule, index) => ({
      rule,
      targets: rule.backendRefs ?? [],
      put: (value) => [{ op: 'replace', path: `/spec/rules/${index}/backendRefs`, value }],
    })),
  serviceOf: ({ kind: of = 'Service', namespace, name }, own) =>
    of === 'Service' && (namespace === undefined || namespace === own) ? String(name) : null,
  targetFor: (like, name) => ({ ...like, name }),
  lagOf: (object) => gatewayLagOf(object as GatewayRoute),
  denialOf: (object) => gatewayDenialOf(object as GatewayRoute),
  own: headerRules(everything),
});

const sameHeader = (one: unknown, other: string | undefined) =>
  String(one).toLowerCase() === other?.toLowerCase();

/**
 * A copy of each rule that sends to the Service, which also wants the header. It wins because it is
 * more specific, wherever it stands.
 */
const headerRules = (everything: readonly GatewayMatch[]): OwnRules => ({
  can: { header: true, cookie: false },
  at: '/spec/rules',
  targets: 'backendRefs',
  stands: 'last',
  rulesIn: gatewayRulesOf,
  copyOf: (rule: GatewayRule, { header }, to) => {
    const { name: _, ...rest } = rule;
    const matches = (rule.matches ?? everything).map((match) => ({
      ...match,
      headers: [...(match.headers ?? []), { type: 'Exact', ...header }],
    }));
    return { ...rest, matches, backendRefs: [{ ...to, weight: 1 }] };
  },
  refuses: ({ header }, rules) => {
    const taken = rules
      .flatMap(({ matches = [] }: GatewayRule) => matches)
      .some(({ headers = [] }) => headers.some(({ name }) => sameHeader(name, header?.name)));
    return taken ? `a rule of yours matches ${header?.name} itself: take another header` : null;
  },
  isCopy: ({ matches = [] }: GatewayRule, { header }) =>
    matches.length > 0 &&
    matches.every(({ headers }) =>
      headers?.some(({ name, value }) => name === header?.name && value === header?.value),
    ),
});

/**
 * Taken up by all that it is attached to, in its present form. Some of them, Linkerd for one, never
 * say which form they have seen: then their word counts as it stands.
 */
function gatewayLagOf({ metadata, status, spec }: GatewayRoute): string | null {
  const parents = status?.parents ?? [];
  if (parents.length < (spec.parentRefs ?? []).length)
    return 'a Gateway has not taken up the route yet';
  const lags = parents.map((parent) => parentLagOf(parent, metadata.generation ?? 0));
  return lags.find((lag) => lag !== null) ?? null;
}

function parentLagOf(parent: RouteParent, generation: number): string | null {
  const isLate = GATEWAY_SAYS.some((type) => !saidOf(parent, type, generation));
  const late = isLate ? `${parentName(parent)} has not taken up the route yet` : null;
  return denialBy(parent, generation) ?? late;
}

/** What it must be told by each of them. */
const GATEWAY_SAYS = ['Accepted', 'ResolvedRefs'];

const parentName = ({ parentRef }: RouteParent) =>
  `${parentRef.kind ?? 'Gateway'} ${parentRef.name}`;

/** Of this form of the route. */
const saidOf = ({ conditions = [] }: RouteParent, type: string, generation: number) =>
  conditions.find(
    (one) => one.type === type && (one.observedGeneration ?? generation) >= generation,
  );

function denialBy(parent: RouteParent, generation: number): string | null {
  for (const type of GATEWAY_SAYS) {
    const said = saidOf(parent, type, generation);
    if (said && said.status !== 'True')
      return `${parentName(parent)}: ${type} is ${said.status}: ${said.message ?? said.reason}`;
  }
  return null;
}

/** A no to the route as it stands: a listener that does not take it, a Service that it may not send to. */
function gatewayDenialOf({ metadata, status }: GatewayRoute): string | null {
  const { generation = 0 } = metadata;
  const denials = (status?.parents ?? []).map((parent) => denialBy(parent, generation));
  return denials.find((denial) => denial !== null) ?? null;
}
