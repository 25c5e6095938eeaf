import { gatewayForm } from './gateway-route.ts';
import type { RouterKind } from './router.ts';
import { weightedRouter } from './weighted/index.ts';

/** Weights of an HTTPRoute: in every rule that names the Service, whatever serves it: a Gateway, or a mesh such as Linkerd. */
export const httpRouteRouter: RouterKind = {
  kind: 'httpRoute',
  object: 'an HTTPRoute',
  about: 'An HTTPRoute of the Gateway API.',
  propagation: 10_000,
  rights: [{ kind: 'httproutes', verbs: ['get', 'patch'] }],
  open: weightedRouter(
    gatewayForm('httproutes', 'HTTPRoute', [{ path: { type: 'PathPrefix', value: '/' } }]),
  ),
};
