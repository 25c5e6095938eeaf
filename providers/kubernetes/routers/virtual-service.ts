import type { KubeObject } from '../../../src/clients/kubernetes/index.ts';
import type { JsonObject } from '../../../src/contract/index.ts';
import type { RouterKind } from './router.ts';
import {
  type OwnRules,
  type RouteForm,
  type Rule,
  type Target,
  weightedRouter,
} from './weighted/index.ts';

interface VirtualService extends KubeObject {
  readonly spec: { readonly http?: readonly IstioRoute[] };
}

interface IstioRoute extends Rule {
  readonly match?: readonly IstioMatch[];
  readonly route?: readonly Destination[];
  readonly delegate?: JsonObject & { readonly name: string };
}

interface IstioMatch extends JsonObject {
  readonly headers?: JsonObject;
}

interface Destination extends Target {
  readonly destination: JsonObject & { readonly host: string; readonly subset?: string };
}

const routesOf = (object: KubeObject) => (object as VirtualService).spec.http ?? [];

/** `web`, or in full: `web.shop.svc.cluster.local`. */
function istioServiceOf(target: Target, namespace: string): string | null {
  const [name = '', of = namespace, svc = 'svc'] = (target as Destination).destination.host.split(
    '.',
  );
  return of === namespace && svc === 'svc' ? name : null;
}

const OWN_NAME = 'deployctl-';

/**
 * A copy of each route that sends to the Service, which also wants the header or the cookie, right
 * before it: the first route that matches is taken.
 */
const own: OwnRules = {
  can: { header: true, cookie: true },
  at: '/spec/http',
  targets: 'route',
  stands: 'before',
  rulesIn: routesOf,
  copyOf: (rule, { header, cookie, deployment }, to) => {
    const { match = [{}], ...rest } = rule as IstioRoute;
    const wanted: readonly JsonObject[] = [
      ...(header ? [{ [header.name.toLowerCase()]: { exact: header.value } }] : []),
      ...(cookie ? [{ cookie: { regex: cookieIn(cookie) } }] : []),
    ];
    return {
      ...rest,
      name: `${OWN_NAME}${deployment}`,
      match: match.flatMap((one) =>
        wanted.map((headers) => ({ ...one, headers: { ...one.headers, ...headers } })),
      ),
      route: [{ ...to, weight: 100 }],
    };
  },
  refuses: ({ header, cookie }, rules) => {
    const names = [...(header ? [header.name] : []), ...(cookie ? ['cookie'] : [])];
    const taken = rules
      .flatMap((rule) => (rule as IstioRoute).match ?? [])
      .flatMap(({ headers = {} }) => Object.keys(headers))
      .find((name) => names.some((one) => one.toLowerCase() === name.toLowerCase()));
    return taken ? `a route of yours matches ${taken} itself: take another header` : null;
  },
  isCopy: ({ name }, { deployment }) => name === `${OWN_NAME}${deployment}`,
};

const cookieIn = ({ name, value }: { readonly name: string; readonly value: string }) =>
  `^(.*;\\s*)?${literal(name)}=${literal(value)}(;.*)?$`;

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const virtualServiceForm: RouteForm = {
  kind: 'virtualservices',
  title: 'VirtualService',
  // Before Istio 1.17 the weights of a route must add up to 100.
  step: 1,
  unsaid: 'everything',
  settles: true,
  spotsIn: (object) =>
    routesOf(object).map((rule, index) => ({
      rule,
      targets: rule.route ?? [],
      put: (value) => [{ op: 'replace', path: `/spec/http/${index}/route`, value }],
    })),
  serviceOf: istioServiceOf,
  targetFor: (like, name) => {
    // A subset is about labels of the user's own pods.
    const { subset: _, ...destination } = (like as Destination).destination;
    const [, ...domain] = destination.host.split('.');
    return { ...like, destination: { ...destination, host: [name, ...domain].join('.') } };
  },
  adviceFor: (object) => {
    const through = routesOf(object).find(({ delegate }) => delegate)?.delegate;
    return through
      ? `it delegates to the VirtualService ${through.name}: name that one as the router`
      : null;
  },
  notesOn: (object) =>
    routesOf(object).some(({ route = [] }) => route.some(({ destination }) => destination.subset))
      ? [
          `VirtualService ${object.metadata.name} names a subset of the Service: it stays as it is, so the new pods need the labels that its DestinationRule asks for`,
        ]
      : [],
  own,
};

/** Routes for HTTP of an Istio VirtualService, applied by gateways and sidecars. */
export const virtualServiceRouter: RouterKind = {
  kind: 'virtualService',
  object: 'a VirtualService',
  about: 'A VirtualService of Istio.',
  propagation: 10_000,
  rights: [{ kind: 'virtualservices', verbs: ['get', 'patch'] }],
  open: weightedRouter(virtualServiceForm),
};
