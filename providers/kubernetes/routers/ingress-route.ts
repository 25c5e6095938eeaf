import type { KubeObject } from '../../../src/clients/kubernetes/index.ts';
import type { RequestMatch, RouterKind } from './router.ts';
import { TRAEFIK_NOTE, traefikServiceOf } from './traefik.ts';
import {
  type OwnRules,
  type RouteForm,
  type Rule,
  type Target,
  weightedRouter,
} from './weighted/index.ts';

interface IngressRoute extends KubeObject {
  readonly spec: { readonly routes?: readonly TraefikRoute[] };
}

interface TraefikRoute extends Rule {
  readonly match: string;
  readonly priority?: number;
  readonly syntax?: string;
  readonly services?: readonly Target[];
}

const routesOf = (object: KubeObject) => (object as IngressRoute).spec.routes ?? [];

/** What Traefik counts where a route names none. */
const priorityOf = ({ priority, match }: TraefikRoute) => priority || match.length;

/**
 * The route's own rule, and the request has the header or the cookie. Its priority is the next above
 * the route's, so that it takes nothing from routes that come before that one.
 */
const own: OwnRules = {
  can: { header: true, cookie: true },
  at: '/spec/routes',
  targets: 'services',
  stands: 'last',
  rulesIn: routesOf,
  copyOf: (rule, match, to) => {
    const route = rule as TraefikRoute;
    const { weight: _, ...target } = to;
    return {
      ...route,
      match: `(${route.match})${askedBy(match, route.syntax)}`,
      priority: priorityOf(route) + 1,
      services: [target],
    };
  },
  isCopy: (rule, match) => {
    const { match: text, syntax } = rule as TraefikRoute;
    return text.endsWith(askedBy(match, syntax));
  },
  refuses: ({ header, cookie }) =>
    [header, cookie].some((pair) => pair && /[`]/.test(pair.name + pair.value))
      ? 'rules of Traefik have no way to write a backquote'
      : null,
};

/** In the words of Traefik 3, or of those of 2 where the route says so. */
function askedBy({ header, cookie }: Omit<RequestMatch, 'deployment'>, syntax?: string): string {
  const [exact, pattern] =
    syntax === 'v2' ? ['Headers', 'HeadersRegexp'] : ['Header', 'HeaderRegexp'];
  const words = [
    ...(header ? [`${exact}(\`${header.name}\`, \`${header.value}\`)`] : []),
    ...(cookie
      ? [
          `${pattern}(\`Cookie\`, \`(^|;\\s*)${literal(cookie.name)}=${literal(cookie.value)}(;|$)\`)`,
        ]
      : []),
  ];
  return words.length > 1 ? ` && (${words.join(' || ')})` : ` && ${words[0]}`;
}

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const ingressRouteForm: RouteForm = {
  kind: 'ingressroutes',
  title: 'IngressRoute',
  step: 0.1,
  namesOnlyWeight: true,
  unsaid: 1,
  spotsIn: (object) =>
    routesOf(object).map((rule, index) => ({
      rule,
      targets: rule.services ?? [],
      put: (value) => [{ op: 'replace', path: `/spec/routes/${index}/services`, value }],
    })),
  serviceOf: traefikServiceOf,
  targetFor: (like, name) => ({ ...like, name }),
  adviceFor: (object) => {
    const through = routesOf(object)
      .flatMap(({ services = [] }) => services)
      .find(({ kind }) => kind === 'TraefikService');
    return through
      ? `it sends to the TraefikService ${through.name}; if that one sends to the Service: router: { traefikService: ${through.name} }`
      : null;
  },
  notesOn: () => [TRAEFIK_NOTE],
  own,
};

/** Routes of an IngressRoute that send to the Service themselves. */
export const ingressRouteRouter: RouterKind = {
  kind: 'ingressRoute',
  object: 'an IngressRoute',
  about: 'An IngressRoute of Traefik whose routes send to the Service themselves.',
  propagation: 10_000,
  rights: [{ kind: 'ingressroutes', verbs: ['get', 'patch'] }],
  open: weightedRouter(ingressRouteForm),
};
