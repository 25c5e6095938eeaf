import type { Cluster } from '../../../src/clients/kubernetes/index.ts';
import { ProviderError } from '../../../src/contract/index.ts';
import type { Connection } from '../connection.ts';
import { albIngressRouter } from './alb-ingress.ts';
import { grpcRouteRouter } from './grpc-route.ts';
import { httpRouteRouter } from './http-route.ts';
import { ingressRouteRouter } from './ingress-route.ts';
import { nginxIngressRouter } from './nginx-ingress/index.ts';
import type { Right, Router, RouterKind } from './router.ts';
import { serviceRouter } from './service.ts';
import { traefikServiceRouter } from './traefik-service.ts';
import { trafficSplitRouter } from './traffic-split.ts';
import { virtualServiceRouter } from './virtual-service.ts';

export type { RequestMatch, Right, Router, RouterKind, Routing, Weights } from './router.ts';

/** All routers that are objects of their own. */
export const ROUTERS: readonly RouterKind[] = [
  httpRouteRouter,
  grpcRouteRouter,
  traefikServiceRouter,
  ingressRouteRouter,
  nginxIngressRouter,
  virtualServiceRouter,
  albIngressRouter,
  trafficSplitRouter,
];

/** What a Service cannot tell those who send requests at once. */
export const SERVICE_PROPAGATION = 15_000;

const SERVICE_RIGHTS: readonly Right[] = [{ kind: 'services', verbs: ['patch'] }];

function routerKindOf(kind: string): RouterKind {
  const found = ROUTERS.find((one) => one.kind === kind);
  if (!found) throw new ProviderError('permanent', `this version knows no router ${kind}`);
  return found;
}

export function routerFor(cluster: Cluster, connection: Connection): Router {
  const { router } = connection;
  return 'name' in router
    ? routerKindOf(router.kind).open(cluster, connection, router.name)
    : serviceRouter(cluster, connection);
}

export const rightsOf = ({ router }: Connection): readonly Right[] =>
  'name' in router ? routerKindOf(router.kind).rights : SERVICE_RIGHTS;
