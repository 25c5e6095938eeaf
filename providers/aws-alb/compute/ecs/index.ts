import { openJson } from '../../../../src/clients/aws/json.ts';
import { ProviderError } from '../../../../src/contract/index.ts';
import type { Compute, Crew, CrewState, Kept } from '../compute.ts';
import { albSpecIn, asJson, type EcsSpec } from '../spec.ts';
import { containerIn, readDefinition, revisionFor, shortName } from './revision.ts';
import { type EcsPlace, type EcsService, ecsOwnerOf, readServices } from './service.ts';
import { linesOf, readTasks, taskEndOf } from './tasks.ts';

/** So many tasks in a row that do not stay are no bad luck any more. */
const FAILED_TASKS = 3;

export interface EcsMeans {
  readonly at: EcsPlace;
  readonly groups: { readonly blue: string; readonly green: string };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly profile: string | undefined;
}

/** Two services that take turns: a release is a revision of the one that is idle. ECS registers its tasks itself. */
export function ecsCompute({ at, groups, env, profile }: EcsMeans): Compute {
  const { cluster, region, container } = at;
  const place = { region, profile };
  const doors = {
    ecs: openJson('ecs', env, place),
    logs: openJson('logs', env, place),
    cluster,
    container,
  };
  const sideOf = (group: string) => (group === groups.blue ? 'blue' : 'green');
  const serviceBehind = async (group: string, signal: AbortSignal) =>
    (await readServices(doors.ecs, at, signal))[sideOf(group)];

  const update = async (service: string, wanted: object, signal: AbortSignal) => {
    const asked = { cluster, service, ...wanted };
    await doors.ecs.write((ecs, options) => ecs.send('UpdateService', asked, options), signal);
  };

  return {
    cannot: {},
    idle: 'warm',
    start: async (crew, signal) => {
      const service = await serviceBehind(crew.group, signal);
      const taskDefinition = await revisionFor(
        doors.ecs,
        {
          release: crew.release,
          spec: ecsSpecIn(crew),
          current: service.taskDefinition,
          container,
        },
        signal,
      );
      const isSame = service.taskDefinition === taskDefinition;
      // More than were asked for are an autoscaler's doing, as long as it is the same release.
      const desiredCount =
        isSame && !crew.exact ? Math.max(service.desiredCount, crew.units) : crew.units;
      if (isSame && desiredCount === service.desiredCount) return;
      await update(service.serviceName, { taskDefinition, desiredCount }, signal);
    },
    poll: async ({ group, kept }, signal) => {
      if (!kept?.isFailing) return { targets: null, failed: null, words: kept?.words ?? null };
      const service = await serviceBehind(group, signal);
      return failedState(service, signal);
    },
    list: async (_groups, signal) => {
      const { blue, green } = await readServices(doors.ecs, at, signal);
      return new Map([
        [groups.blue, keptInService(blue)],
        [groups.green, keptInService(green)],
      ]);
    },
    stop: async ({ group }, signal) => {
      const service = await serviceBehind(group, signal);
      if (service.desiredCount > 0) await update(service.serviceName, { desiredCount: 0 }, signal);
    },
    logs: async (group, { lines, signal }) => {
      const { serviceName, taskDefinition } = await serviceBehind(group, signal);
      const asked = { service: serviceName, taskDefinition };
      const running = await readTasks(doors, { ...asked, status: 'RUNNING' }, signal);
      const [newest] =
        running.length > 0
          ? running
          : await readTasks(doors, { ...asked, status: 'STOPPED' }, signal);
      return newest ? linesOf(doors, newest, { lines, signal }) : [];
    },
    describe: async ({ ecs }, live) => {
      if (!ecs) throw new ProviderError('permanent', 'the config names no service of ECS');
      const { units } = ecs;
      if (ecs.taskDefinition) {
        const { taskDefinition } = await readDefinition(doors.ecs, ecs.taskDefinition);
        const { image } = containerIn(taskDefinition, container);
        const arn = taskDefinition.taskDefinitionArn;
        return { compute: 'ecs', image, taskDefinition: arn, units };
      }
      const { signal } = new AbortController();
      const { taskDefinition: from } = await serviceBehind((await live()) ?? groups.blue, signal);
      containerIn((await readDefinition(doors.ecs, from)).taskDefinition, container);
      return { compute: 'ecs', image: ecs.image ?? '', from, units };
    },
  };

  async function failedState(service: EcsService, signal: AbortSignal): Promise<CrewState> {
    const { serviceName, taskDefinition } = service;
    const asked = { service: serviceName, taskDefinition, status: 'STOPPED' } as const;
    const [task] = await readTasks(doors, asked, signal);
    const rollout = service.deployments?.find(({ status }) => status === 'PRIMARY');
    const reason = task
      ? taskEndOf(task, container)
      : (rollout?.rolloutStateReason ?? 'its tasks stop');
    const logs = task ? await linesOf(doors, task, { signal }) : [];
    return { targets: null, failed: { reason: `${serviceName}: ${reason}`, logs }, words: null };
  }
}

function ecsSpecIn({ release }: Pick<Crew, 'release'>): EcsSpec {
  const spec = albSpecIn(release);
  if (spec.compute === 'ecs') return spec;
  throw new ProviderError('permanent', `${release.version} is not a release of ECS`);
}

/** What a service says of itself: a revision, how many tasks, and what goes wrong. */
function keptInService(service: EcsService): Kept {
  const { taskDefinition, desiredCount, runningCount, pendingCount } = service;
  const rollout = service.deployments?.find(({ status }) => status === 'PRIMARY');
  const failed = rollout?.failedTasks ?? 0;
  const trouble = failed > 0 ? `, ${failed} stopped by themselves` : '';
  const spec = asJson({ compute: 'ecs', taskDefinition });
  return {
    wanted: desiredCount,
    spec: desiredCount > 0 ? spec : null,
    version: shortName(taskDefinition).replace(':', '-'),
    isFailing: rollout?.rolloutState === 'FAILED' || failed >= FAILED_TASKS,
    words: `${runningCount} of ${desiredCount} tasks run, ${pendingCount} start${trouble}`,
    owner: ecsOwnerOf(service),
  };
}
