import { found, type Handlers, projectIn, Refusal } from './answer.ts';
import { projectView } from './views.ts';

export const PROJECTS: Handlers = {
  'GET /v9/projects/{idOrName}': (call) => {
    projectIn(call);
    return found(projectView(call.platform));
  },

  'PATCH /v9/projects/{idOrName}': (call) => {
    const project = projectIn(call);
    const { autoAssignCustomDomains } = call.body;
    if (typeof autoAssignCustomDomains === 'boolean') project.autoAssign = autoAssignCustomDomains;
    return found(projectView(call.platform));
  },

  'GET /v9/projects/{idOrName}/domains': (call) => {
    const project = projectIn(call);
    const own = project.domains.filter(({ alias }) => !alias);
    const domains = own.map(({ name, redirect }) => ({
      name,
      apexName: name,
      projectId: project.id,
      redirect,
      redirectStatusCode: redirect ? 308 : null,
      gitBranch: null,
      customEnvironmentId: null,
      verified: true,
    }));
    return found({ domains, pagination: { count: domains.length, next: null, prev: null } });
  },

  'GET /v9/projects/{idOrName}/custom-environments': (call) => {
    const environments = projectIn(call).environments.map(({ id, slug }) => ({
      id,
      slug,
      type: 'preview',
      createdAt: 1,
      updatedAt: 1,
    }));
    return found({ accountLimit: { total: 12 }, environments });
  },

  'PATCH /v1/projects/{idOrName}/protection-bypass': (call) => {
    const { bypass } = projectIn(call);
    const { generate, revoke } = call.body as {
      generate?: { secret?: string };
      revoke?: { secret: string };
    };
    if (revoke) bypass.delete(revoke.secret);
    if (generate) {
      if (generate.secret && bypass.has(generate.secret))
        throw new Refusal(409, 'conflict', 'The secret exists');
      bypass.set(generate.secret ?? 'g'.repeat(32), { createdAt: call.platform.now });
    }
    const { protectionBypass } = projectView(call.platform);
    return found({ protectionBypass: protectionBypass ?? {} });
  },

  'GET /v2/user': ({ platform }) =>
    found({
      user: {
        id: 'usr_000000000001',
        email: 'ann@example.com',
        name: 'Ann',
        username: 'ann',
        avatar: null,
        defaultTeamId: platform.settings.team.id,
        limited: true,
        // Its own command line then works for the team, without being told so.
        version: 'northstar',
      },
    }),

  'GET /v2/teams/{teamId}': ({ platform, params }) => {
    const { team } = platform.settings;
    if (params.teamId !== team.id && params.teamId !== team.slug)
      throw new Refusal(404, 'not_found', 'Team not found');
    const membership = {
      uid: 'usr_000000000001',
      role: 'OWNER',
      confirmed: true,
      created: 1,
      createdAt: 1,
      teamId: team.id,
      confirmedAt: 1,
      accessRequestedAt: 1,
    };
    return found({
      id: team.id,
      slug: team.slug,
      name: team.slug,
      avatar: null,
      creatorId: 'usr_000000000001',
      updatedAt: 1,
      createdAt: 1,
      description: null,
      stagingPrefix: 'x',
      membership,
    });
  },
};
