import type { JsonObject } from '../../../../src/contract/index.ts';
import type { Deployment } from '../platform/deployment.ts';
import { readyAt } from '../platform/deployment.ts';
import type { Platform } from '../platform/platform.ts';
import { jobStatus } from '../platform/project.ts';

const USER = { uid: 'usr_000000000001', username: 'ann', email: 'ann@example.com' };
const ERRORS: Readonly<Record<string, JsonObject>> = {
  ERROR: {
    errorCode: 'BUILD_FAILED',
    errorMessage: 'Command "npm run build" exited with 1',
    errorStep: 'buildStep',
    errorLink: 'https://vercel.com/docs/errors/build',
  },
  BLOCKED: {
    errorCode: 'BLOCKED',
    errorMessage: 'The deployment was blocked: the account has reached its limit',
  },
};

function substate(platform: Platform, { id, target, promotedAt }: Deployment): JsonObject {
  if (target !== 'production') return {};
  const { rolling } = platform.project;
  const rolls = rolling?.state === 'ACTIVE' && rolling.canary === id;
  if (rolls) return { readySubstate: 'ROLLING' };
  return { readySubstate: promotedAt === null ? 'STAGED' : 'PROMOTED' };
}

/** What both the list and the document of a deployment tell. */
function common(platform: Platform, deployment: Deployment): JsonObject {
  const { name, target, createdAt, meta, source, host } = deployment;
  const state = platform.state(deployment);
  const ready = state === 'READY';
  return {
    name,
    url: host,
    projectId: platform.project.id,
    target: target === 'staging' ? 'staging' : target,
    createdAt,
    buildingAt: createdAt,
    readyState: state,
    ...(ready ? { ready: readyAt(deployment), ...substate(platform, deployment) } : {}),
    type: 'LAMBDAS',
    creator: USER,
    inspectorUrl: null,
    meta: { ...meta },
    source,
    aliasError: null,
    ...ERRORS[state],
  };
}

export function deploymentView(platform: Platform, deployment: Deployment): JsonObject {
  const { team, plan } = platform.settings;
  const own = platform.project.domains.filter((one) => one.deployment === deployment.id);
  return {
    ...common(platform, deployment),
    id: deployment.id,
    status: platform.state(deployment),
    alias: own.map(({ name }) => name),
    // At least the address that every deployment has.
    aliasAssigned: platform.state(deployment) === 'READY',
    autoAssignCustomDomains: deployment.autoAssign,
    ...checksView(platform, deployment),
    bootedAt: deployment.createdAt,
    buildSkipped: false,
    build: { env: [] },
    env: [],
    isInConcurrentBuildsQueue: false,
    isInSystemBuildsQueue: false,
    projectSettings: {},
    public: false,
    regions: ['iad1'],
    version: 2,
    plan,
    createdIn: 'sfo1',
    ownerId: team.id,
    routes: null,
    team: { id: team.id, name: team.slug, slug: team.slug },
    ...(deployment.environment ? { customEnvironment: { id: deployment.environment } } : {}),
  };
}

/** Checks of integrations run once it is ready. */
function checksView(platform: Platform, { build, createdAt }: Deployment): JsonObject {
  const { checks } = build;
  if (!checks) return {};
  const over = platform.now >= createdAt + build.takes + checks.take;
  return over
    ? { checksState: 'completed', checksConclusion: checks.end }
    : { checksState: 'running' };
}

export function listedView(platform: Platform, deployment: Deployment): JsonObject {
  return {
    ...common(platform, deployment),
    uid: deployment.id,
    created: deployment.createdAt,
    state: platform.state(deployment),
    aliasAssigned: platform.project.production === deployment.id ? deployment.createdAt : null,
    isRollbackCandidate: deployment.promotedAt !== null,
  };
}

export function projectView(platform: Platform): JsonObject {
  const { project, settings } = platform;
  const request = platform.request(settings.requestLag);
  const resources = { functionDefaultRegions: ['iad1'] };
  const production = project.production && project.deployments.get(project.production);
  return {
    id: project.id,
    name: project.name,
    accountId: settings.team.id,
    autoAssignCustomDomains: project.autoAssign,
    ...(project.link ? { link: project.link } : {}),
    directoryListing: false,
    nodeVersion: '22.x',
    resourceConfig: resources,
    defaultResourceConfig: resources,
    ssoProtection: project.protection ? { deploymentType: 'all_except_custom_domains' } : null,
    protectionBypass: Object.fromEntries(
      [...project.bypass].map(([secret, { createdAt }]) => [
        secret,
        { createdAt, createdBy: USER.uid, scope: 'automation-bypass' },
      ]),
    ),
    targets: { production: production ? targetView(platform, production) : null },
    ...(request
      ? {
          lastAliasRequest: {
            fromDeploymentId: request.from,
            toDeploymentId: request.to,
            jobStatus: jobStatus(request, platform.now),
            requestedAt: request.requestedAt,
            type: request.type,
          },
        }
      : {}),
    ...(request?.type === 'rollback' ? { lastRollbackTarget: { id: request.to } } : {}),
  };
}

function targetView(platform: Platform, deployment: Deployment): JsonObject {
  const { settings } = platform;
  return {
    id: deployment.id,
    alias: platform.project.domains.map(({ name }) => name),
    createdAt: deployment.createdAt,
    createdIn: 'sfo1',
    creator: USER,
    deploymentHostname: deployment.host,
    name: deployment.name,
    meta: { ...deployment.meta },
    plan: settings.plan,
    private: true,
    readyState: platform.state(deployment),
    ...substate(platform, deployment),
    target: deployment.target,
    type: 'LAMBDAS',
    url: deployment.host,
    userId: USER.uid,
  };
}

export function rollingView(platform: Platform): JsonObject {
  const { rolling } = platform.project;
  if (!rolling) return { rollingRelease: null };
  const { config, stage, state } = rolling;
  const stages = config.stages.map(({ targetPercentage, duration }, index) => ({
    index,
    isFinalStage: index === config.stages.length - 1,
    targetPercentage,
    requireApproval: config.advancementType === 'manual-approval',
    duration: duration === undefined ? null : duration * 60,
  }));
  const active = state === 'ACTIVE';
  return {
    rollingRelease: {
      state,
      currentDeployment: sideView(platform, rolling.base),
      canaryDeployment: sideView(platform, rolling.canary),
      queuedDeploymentId: rolling.queued,
      advancementType: config.advancementType,
      stages,
      activeStage: active ? (stages[stage] ?? null) : null,
      nextStage: active ? (stages[stage + 1] ?? null) : null,
      startedAt: rolling.startedAt,
      updatedAt: rolling.updatedAt,
    },
  };
}

function sideView(platform: Platform, id: string): JsonObject | null {
  const deployment = platform.project.deployments.get(id);
  if (!deployment) return null;
  const { name, host, target, source, createdAt } = deployment;
  const readyState = platform.state(deployment);
  return {
    id,
    name,
    url: host,
    target,
    source,
    createdAt,
    readyState,
    readyStateAt: readyAt(deployment),
  };
}

export function configView(platform: Platform): JsonObject {
  const { rollingConfig } = platform.project;
  if (!rollingConfig) return { rollingRelease: null };
  const requireApproval = rollingConfig.advancementType === 'manual-approval';
  const stages = rollingConfig.stages.map((stage, at) => ({
    ...stage,
    requireApproval: requireApproval && at < rollingConfig.stages.length - 1,
  }));
  return { rollingRelease: { target: 'production', stages } };
}
