import { jobStatus } from '../platform/project.ts';
import { type Call, deploymentIn, found, type Handlers, projectIn, Refusal } from './answer.ts';

export const PROMOTION: Handlers = {
  'POST /v10/projects/{projectId}/promote/{deploymentId}': (call) => {
    const project = projectIn(call);
    const { platform } = call;
    const deployment = deploymentIn(call, call.params.deploymentId, 400);
    if (deployment.target !== 'production')
      throw new Refusal(
        400,
        'bad_request',
        'A deployment of another target is promoted by a new deployment',
      );
    if (platform.state(deployment) !== 'READY')
      throw new Refusal(400, 'deployment_not_ready', 'The deployment is not ready');
    if (project.rolling?.state === 'ACTIVE') {
      project.rolling.queued = deployment.id;
      return { status: 202 };
    }
    if (platform.request()?.to === deployment.id && project.production === deployment.id)
      throw new Refusal(
        409,
        'conflict',
        'This deployment is already the current production deployment',
      );
    if (project.rollingConfig && platform.startRolling(deployment.id)) return { status: 201 };
    platform.point(deployment.id, 'promote');
    return { status: 201 };
  },

  'POST /v1/projects/{projectId}/rollback/{deploymentId}': (call) => rollBack(call),

  'GET /v1/projects/{projectId}/promote/aliases': (call) => {
    projectIn(call);
    const { platform, query } = call;
    const request = platform.request(platform.settings.requestLag);
    const all = (request?.moves ?? []).map(({ domain, at, fails }) => ({
      id: `alias_${domain}`,
      alias: domain,
      status: at > platform.now ? 'in-progress' : fails ? 'failed' : 'completed',
    }));
    const aliases =
      query.failedOnly === 'true' ? all.filter(({ status }) => status === 'failed') : all;
    return found({ aliases, pagination: { count: aliases.length, next: null, prev: null } });
  },
};

/** To any deployment that served production; on the smallest plan only to the one before. */
export function rollBack(call: Call) {
  const project = projectIn(call);
  const { platform } = call;
  const deployment = deploymentIn(call, call.params.deploymentId, 400);
  if (deployment.promotedAt === null && project.rolling?.base !== deployment.id)
    throw new Refusal(422, 'unprocessable_entity', 'The deployment never served production');
  const { settings } = platform;
  if (settings.plan === 'hobby' && platform.request()?.from !== deployment.id)
    throw new Refusal(
      402,
      'payment_required',
      'This plan can roll back only to the previous deployment',
    );
  const current = platform.request();
  if (current && jobStatus(current, platform.now) === 'in-progress')
    throw new Refusal(409, 'conflict', 'Another change of aliases is under way');
  if (project.rolling?.state === 'ACTIVE')
    Object.assign(project.rolling, { state: 'ABORTED', updatedAt: platform.now });
  platform.point(deployment.id, 'rollback');
  return { status: 201 };
}
