import { openJson } from '../../../src/clients/aws/json.ts';
import { openQuery, queryListIn, queryTextIn } from '../../../src/clients/aws/query.ts';
import type { SignedEnv, SignedPlace } from '../../../src/clients/aws/signed.ts';
import { failureClass } from '../../../src/contract/index.ts';
import { paged } from './landscape.ts';

/** What keeps units behind a target group. */
export type Runner =
  | {
      readonly kind: 'ecs';
      readonly cluster: string;
      readonly name: string;
      readonly container: string;
      readonly image: string | null;
      readonly units: number;
    }
  | {
      readonly kind: 'asg';
      readonly name: string;
      readonly version: string;
      readonly units: number;
    };

/** By the ARN of the target group. What one may not list is left out, and said. */
export interface Runners {
  readonly behind: ReadonlyMap<string, Runner>;
  readonly unseen: readonly string[];
}

export async function readRunners(env: SignedEnv, place: SignedPlace): Promise<Runners> {
  const unseen: string[] = [];
  const seen = (what: string, found: Promise<readonly (readonly [string, Runner])[]>) =>
    found.catch((error: unknown) => {
      if (failureClass(error) !== 'denied') throw error;
      unseen.push(`${what} may not be listed by these credentials, and are left out`);
      return [];
    });
  const all = await Promise.all([
    seen('services of ECS', servicesOf(env, place)),
    seen('Auto Scaling groups', scalingGroupsOf(env, place)),
  ]);
  return { behind: new Map(all.flat()), unseen };
}

/** So many services are described at once. */
const SERVICES_AT_ONCE = 10;

interface FoundService {
  readonly serviceName: string;
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly loadBalancers?: readonly {
    readonly targetGroupArn?: string;
    readonly containerName?: string;
  }[];
}

interface FoundDefinition {
  readonly taskDefinition: {
    readonly containerDefinitions: readonly { readonly name: string; readonly image: string }[];
  };
}

async function servicesOf(env: SignedEnv, place: SignedPlace) {
  const door = openJson('ecs', env, place);
  const ask = <T>(action: string, input: object) =>
    door.read((ecs, options) => ecs.send<T>(action, input, options));
  const clusters = await paged(async (nextToken) => {
    const page = await ask<{ clusterArns: string[]; nextToken?: string }>('ListClusters', {
      nextToken,
    });
    return { found: page.clusterArns, next: page.nextToken };
  });
  const found: [string, Runner][] = [];
  for (const cluster of clusters) {
    const services = await paged(async (nextToken) => {
      const asked = { cluster, nextToken, maxResults: SERVICES_AT_ONCE };
      const page = await ask<{ serviceArns: string[]; nextToken?: string }>('ListServices', asked);
      if (page.serviceArns.length === 0) return { found: [], next: page.nextToken };
      const named = { cluster, services: page.serviceArns };
      const told = await ask<{ services: FoundService[] }>('DescribeServices', named);
      return { found: told.services, next: page.nextToken };
    });
    for (const service of services)
      for (const { targetGroupArn, containerName = '' } of service.loadBalancers ?? []) {
        if (!targetGroupArn) continue;
        const { taskDefinition } = await ask<FoundDefinition>('DescribeTaskDefinition', {
          taskDefinition: service.taskDefinition,
        });
        const container = taskDefinition.containerDefinitions.find(
          ({ name }) => name === containerName,
        );
        found.push([
          targetGroupArn,
          {
            kind: 'ecs',
            cluster: cluster.split('/').at(-1) ?? cluster,
            name: service.serviceName,
            container: containerName,
            image: container?.image ?? null,
            units: service.desiredCount,
          },
        ]);
      }
  }
  return found;
}

async function scalingGroupsOf(env: SignedEnv, place: SignedPlace) {
  const door = openQuery('autoscaling', env, place);
  const groups = await paged(async (NextToken) => {
    const said = await door.read((scaling, options) =>
      scaling.send('DescribeAutoScalingGroups', { NextToken }, options),
    );
    const result = 'DescribeAutoScalingGroupsResult';
    const next = queryTextIn(said, result, 'NextToken') || undefined;
    return { found: queryListIn(said, result, 'AutoScalingGroups'), next };
  });
  return groups.flatMap((group) =>
    queryListIn(group, 'TargetGroupARNs').map((arn): [string, Runner] => [
      queryTextIn(arn),
      {
        kind: 'asg',
        name: queryTextIn(group, 'AutoScalingGroupName'),
        version: queryTextIn(group, 'LaunchTemplate', 'Version'),
        units: Number(queryTextIn(group, 'DesiredCapacity')),
      },
    ]),
  );
}
