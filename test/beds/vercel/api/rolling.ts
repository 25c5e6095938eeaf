import type { RollingConfig, RollingRelease } from '../platform/project.ts';
import { type Call, deploymentIn, found, type Handlers, projectIn, Refusal } from './answer.ts';
import { configView, rollingView } from './views.ts';

export const ROLLING: Handlers = {
  'GET /v1/projects/{idOrName}/rolling-release': (call) => {
    const { rolling } = projectIn(call);
    const asked = call.query.state;
    return found(
      asked && rolling?.state !== asked ? { rollingRelease: null } : rollingView(call.platform),
    );
  },

  'GET /v1/projects/{idOrName}/rolling-release/config': (call) => {
    projectIn(call);
    return found(configView(call.platform));
  },

  'GET /v1/projects/{idOrName}/rolling-release/billing': (call) => {
    projectIn(call);
    return found(
      call.platform.settings.plan === 'hobby'
        ? {
            availableSlots: 0,
            reason: 'plan_not_supported',
            message: 'Rolling Releases need a paid plan',
          }
        : {
            availableSlots: 'unlimited',
            reason: 'unlimited_slots',
            message: 'Rolling Releases can be enabled',
          },
    );
  },

  'PATCH /v1/projects/{idOrName}/rolling-release/config': (call) => {
    const project = projectIn(call);
    if (call.platform.settings.plan === 'hobby')
      throw new Refusal(403, 'forbidden', 'Rolling Releases are not part of this plan');
    const { enabled, advancementType, stages } = call.body as unknown as RollingConfig & {
      enabled: boolean;
    };
    refuseStages({ advancementType, stages });
    project.rollingConfig = enabled ? { advancementType, stages } : null;
    return found(configView(call.platform));
  },

  'DELETE /v1/projects/{idOrName}/rolling-release/config': (call) => {
    projectIn(call).rollingConfig = null;
    return found({ rollingRelease: null });
  },

  'POST /v1/projects/{idOrName}/rolling-release/start': (call) => {
    const project = projectIn(call);
    const { platform } = call;
    const canary = deploymentIn(call, String(call.body.canaryDeploymentId));
    const { rolling } = project;
    if (rolling?.state === 'ACTIVE') {
      if (rolling.canary === canary.id) return found(rollingView(platform));
      throw new Refusal(409, 'conflict', 'Another rolling release is active');
    }
    if (platform.state(canary) !== 'READY' || canary.target !== 'production')
      throw new Refusal(400, 'bad_request', 'The canary must be a ready deployment to production');
    if (!platform.startRolling(canary.id))
      throw new Refusal(
        400,
        'bad_request',
        'Rolling Releases are not enabled, or nothing is in production',
      );
    return found(rollingView(platform));
  },

  'POST /v1/projects/{idOrName}/rolling-release/approve-stage': (call) => {
    const rolling = activeIn(call);
    const { platform, body } = call;
    if (body.nextStageIndex !== rolling.stage + 1)
      throw new Refusal(400, 'bad_request', `The next stage is ${rolling.stage + 1}`);
    rolling.stage++;
    rolling.updatedAt = platform.now;
    if (rolling.stage === rolling.config.stages.length - 1) platform.completeRolling(rolling);
    return found(rollingView(platform));
  },

  'POST /v1/projects/{idOrName}/rolling-release/complete': (call) => {
    const rolling = activeIn(call);
    call.platform.completeRolling(rolling);
    return found(rollingView(call.platform));
  },
};

function activeIn(call: Call): RollingRelease {
  const { rolling } = projectIn(call);
  if (rolling?.state !== 'ACTIVE')
    throw new Refusal(404, 'not_found', 'No rolling release is active');
  if (call.body.canaryDeploymentId !== rolling.canary)
    throw new Refusal(400, 'bad_request', 'The canary is another deployment');
  return rolling;
}

/** Ascending to 100; minutes exactly where a stage ends by itself. */
function refuseStages({ advancementType, stages }: RollingConfig): void {
  const shares = stages.map(({ targetPercentage }) => targetPercentage);
  const ascending = shares.every((share, at) => at === 0 || share > (shares[at - 1] ?? 0));
  if (!ascending || shares.at(-1) !== 100)
    throw new Refusal(400, 'bad_request', 'Stages must ascend and end with 100');
  const timed = stages.slice(0, -1).map(({ duration }) => duration !== undefined);
  if (
    timed.some((has) => has !== (advancementType === 'automatic')) ||
    stages.at(-1)?.duration !== undefined
  )
    throw new Refusal(400, 'bad_request', `Durations do not fit ${advancementType}`);
}
