import { gatewayForm } from './gateway-route.ts';
import type { RouterKind } from './router.ts';
import { weightedRouter } from './weighted/index.ts';

/** As an HTTPRoute, for calls of gRPC: a header is one of their metadata. */
export const grpcRouteRouter: RouterKind = {
  kind: 'grpcRoute',
  object: 'a GRPCRoute',
  about: 'A GRPCRoute of the Gateway API.',
  propagation: 10_000,
  rights: [{ kind: 'grpcroutes', verbs: ['get', 'patch'] }],
  open: weightedRouter(gatewayForm('grpcroutes', 'GRPCRoute', [{}])),
};
