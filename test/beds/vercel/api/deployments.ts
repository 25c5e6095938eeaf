import { readyAt } from '../platform/deployment.ts';
import { deploymentIn, found, type Handlers, Refusal } from './answer.ts';
import { deploymentView, listedView } from './views.ts';

export const DEPLOYMENTS: Handlers = {
  'GET /v13/deployments/{idOrUrl}': (call) =>
    found(deploymentView(call.platform, deploymentIn(call, call.params.idOrUrl))),

  'GET /v6/deployments': ({ platform, query }) => {
    const { project, settings } = platform;
    const latest = Math.min(
      Number(query.until ?? Number.POSITIVE_INFINITY),
      platform.now - settings.listLag + 1,
    );
    const named = query.projectId ?? query.app;
    const isMeant = named === undefined || [project.id, project.name].includes(named);
    const own = isMeant && !project.away;
    const all = [...project.deployments.values()]
      .reverse()
      .filter(({ createdAt }) => own && createdAt < latest && createdAt > Number(query.since ?? 0))
      .filter(({ target }) => query.target === undefined || (target ?? 'preview') === query.target)
      .filter(
        (one) => query.state === undefined || query.state.split(',').includes(platform.state(one)),
      );
    const limit = Number(query.limit ?? 20);
    const page = all.slice(0, limit);
    const next = all.length > limit ? (page.at(-1)?.createdAt ?? null) : null;
    const deployments = page.map((one) => listedView(platform, one));
    return found({ deployments, pagination: { count: page.length, next, prev: null } });
  },

  'DELETE /v13/deployments/{id}': (call) => {
    const { project } = call.platform;
    const { id } = deploymentIn(call, call.params.id);
    // Also one that domains lead to, as `vercel rm` without --safe does.
    project.deployments.delete(id);
    if (project.production === id) project.production = null;
    for (const domain of project.domains) if (domain.deployment === id) domain.deployment = null;
    return found({ uid: id, state: 'DELETED' });
  },

  'PATCH /v12/deployments/{id}/cancel': (call) => {
    const deployment = deploymentIn(call, call.params.id);
    const state = call.platform.state(deployment);
    if (['READY', 'ERROR', 'CANCELED'].includes(state))
      throw new Refusal(400, 'bad_request', `A deployment that is ${state} cannot be canceled`);
    deployment.canceledAt = call.platform.now;
    return found(deploymentView(call.platform, deployment));
  },

  'GET /v3/deployments/{idOrUrl}/events': (call) => {
    const { platform, params, query } = call;
    const deployment = deploymentIn(call, params.idOrUrl);
    const { lines, takes, ends } = deployment.build;
    const said =
      ends === 'READY' ? lines : [...lines, 'Error: Command "npm run build" exited with 1'];
    const each = takes / Math.max(1, said.length);
    const until = Math.min(platform.now, readyAt(deployment));
    const events = said.map((text, at) => {
      const created = deployment.createdAt + Math.round(each * (at + 1));
      const failed = ends !== 'READY' && at === said.length - 1;
      return {
        created,
        payload: {
          deploymentId: deployment.id,
          id: String(at),
          date: created,
          serial: String(at),
          text,
        },
        type: failed ? 'stderr' : 'stdout',
      };
    });
    const since = Number(query.since ?? 0);
    const shown = events.filter(({ created }) => created <= until && created > since);
    const limit = Number(query.limit ?? 1000);
    const ordered = query.direction === 'backward' ? shown.reverse() : shown;
    return found(limit < 0 ? ordered : ordered.slice(0, limit));
  },

  'GET /v2/deployments/{id}/aliases': (call) => {
    const { id } = deploymentIn(call, call.params.id);
    const own = call.platform.project.domains.filter(({ deployment }) => deployment === id);
    const created = new Date(call.platform.now).toISOString();
    return found({
      aliases: own.map(({ name }) => ({ uid: `alias_${name}`, alias: name, created })),
    });
  },

  'POST /v2/deployments/{id}/aliases': (call) => {
    const { platform, body } = call;
    const deployment = deploymentIn(call, call.params.id);
    if (platform.state(deployment) !== 'READY')
      throw new Refusal(400, 'deployment_not_ready', 'The deployment is not ready');
    const domain = platform.project.domains.find(({ name }) => name === body.alias);
    if (!domain) throw new Refusal(404, 'not_found', 'The domain was not found');
    if (domain.deployment === deployment.id)
      throw new Refusal(409, 'not_modified', 'The alias already leads to this deployment');
    const oldDeploymentId = domain.deployment;
    domain.deployment = deployment.id;
    const created = new Date(platform.now).toISOString();
    return found({ uid: `alias_${domain.name}`, alias: domain.name, created, oldDeploymentId });
  },

  'GET /v4/aliases/{idOrAlias}': ({ platform, params }) => {
    const domain = platform.project.domains.find(({ name }) => name === params.idOrAlias);
    if (!domain || platform.project.away)
      throw new Refusal(404, 'not_found', 'The alias was not found');
    const deployment = domain.deployment
      ? platform.project.deployments.get(domain.deployment)
      : null;
    const created = new Date(platform.now).toISOString();
    return found({
      uid: `alias_${domain.name}`,
      alias: domain.name,
      created,
      projectId: platform.project.id,
      deploymentId: domain.deployment,
      ...(deployment ? { deployment: { id: deployment.id, url: deployment.host } } : {}),
    });
  },
};
