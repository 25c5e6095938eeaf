import type { Cluster } from '../../../src/clients/kubernetes/index.ts';
import type { Connection } from '../connection.ts';
import { httpRouteRouter } from './http-route.ts';
import type { Router } from './router.ts';
import { serviceRouter } from './service.ts';

export type { HeaderMatch, Router, Routing, Weights } from './router.ts';

export function routerFor(cluster: Cluster, connection: Connection): Router {
  const { router } = connection;
  return router.kind === 'service'
    ? serviceRouter(cluster, connection)
    : httpRouteRouter(cluster, connection, router.name);
}
