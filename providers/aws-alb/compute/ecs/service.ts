import type { Caller } from '../../../../src/clients/aws/caller.ts';
import type { JsonSender } from '../../../../src/clients/aws/json.ts';
import { ProviderError } from '../../../../src/contract/index.ts';

export type EcsCalls = Caller<JsonSender>;

/** The two services that take turns, each of them registered in one of the two groups. */
export interface EcsPlace {
  readonly kind: 'ecs';
  readonly region: string;
  readonly cluster: string;
  readonly blue: string;
  readonly green: string;
  /** The container whose image a release is. */
  readonly container: string;
}

/** The part of what AWS says of a service that is relied on. */
export interface EcsService {
  readonly serviceName: string;
  readonly status: string;
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly pendingCount: number;
  readonly deploymentController?: { readonly type: string };
  readonly deploymentConfiguration?: { readonly strategy?: string };
  readonly loadBalancers?: readonly { readonly targetGroupArn?: string }[];
  readonly deployments?: readonly {
    readonly status: string;
    readonly failedTasks?: number;
    readonly rolloutState?: string;
    readonly rolloutStateReason?: string;
  }[];
}

interface Described {
  readonly services: readonly EcsService[];
}

/** Both services by one call; a service that is not there is told by its name. */
export async function readServices(
  calls: EcsCalls,
  { cluster, blue, green }: EcsPlace,
  signal: AbortSignal,
): Promise<{ readonly blue: EcsService; readonly green: EcsService }> {
  const { services } = await calls.read(
    (ecs, options) =>
      ecs.send<Described>('DescribeServices', { cluster, services: [blue, green] }, options),
    signal,
  );
  const named = (name: string) => {
    const found = services.find(
      ({ serviceName, status }) => serviceName === name && status === 'ACTIVE',
    );
    if (found) return found;
    throw new ProviderError(
      'permanent',
      `the cluster ${cluster} has no active service ${name}: create it with no tasks, registered in its target group`,
    );
  };
  return { blue: named(blue), green: named(green) };
}

/** Whoever else moves traffic or tasks of a service, in words that follow a colon. */
export function ecsOwnerOf(service: EcsService): string | null {
  const { serviceName, deploymentController, deploymentConfiguration } = service;
  const { type = 'ECS' } = deploymentController ?? {};
  const { strategy = 'ROLLING' } = deploymentConfiguration ?? {};
  if (type === 'CODE_DEPLOY')
    return `CodeDeploy deploys the service ${serviceName} (its deployment controller is CODE_DEPLOY): recreate it with the controller ECS`;
  if (type !== 'ECS')
    return `the service ${serviceName} has the deployment controller ${type}: recreate it with the controller ECS`;
  if (strategy !== 'ROLLING')
    return `ECS itself moves the traffic of the service ${serviceName} (its deployment strategy is ${strategy}): set that to ROLLING`;
  return null;
}
