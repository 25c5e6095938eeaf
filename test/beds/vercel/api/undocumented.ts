import { found, type Handlers, projectIn, Refusal } from './answer.ts';
import { DEPLOYMENTS } from './deployments.ts';
import { PROJECTS } from './projects.ts';
import { rollBack } from './promotion.ts';

/** What only the official command line uses. Our own client must never be seen here. */
export const UNDOCUMENTED: Handlers = {
  'POST /v9/projects/{projectId}/rollback/{deploymentId}': rollBack,
  'GET /now/deployments/{id}/aliases': (call) =>
    DEPLOYMENTS['GET /v2/deployments/{id}/aliases']?.(call) ?? found(null),
  'POST /now/deployments/{id}/aliases': (call) =>
    DEPLOYMENTS['POST /v2/deployments/{id}/aliases']?.(call) ?? found(null),
  'DELETE /now/deployments/{id}': (call) =>
    DEPLOYMENTS['DELETE /v13/deployments/{id}']?.(call) ?? found(null),
  'GET /v5/domains/{name}': ({ params }) =>
    found({ domain: { name: params.name ?? '', verified: true, serviceType: 'external' } }),
  'GET /teams/{teamId}': (call) => PROJECTS['GET /v2/teams/{teamId}']?.(call) ?? found(null),
  'GET /v1/teams/{teamId}': (call) => PROJECTS['GET /v2/teams/{teamId}']?.(call) ?? found(null),
  'GET /v3/now/deployments/{idOrUrl}/events': async (call) => {
    const answer = await DEPLOYMENTS['GET /v3/deployments/{idOrUrl}/events']?.(call);
    return { status: 200, lines: Array.isArray(answer?.body) ? answer.body : [] };
  },
  'GET /v9/projects/{projectId}/rollback/aliases': (call) => {
    projectIn(call);
    throw new Refusal(404, 'not_found', 'No rollback');
  },
};
