import type { JsonSender } from '../../../../src/clients/aws/json.ts';
import { openJson } from '../../../../src/clients/aws/json.ts';
import { type Bed, REGION } from './bed.ts';
import type { Network } from './network.ts';

/**
 * Two services as their owner made them: the first runs an image, the other one has no tasks. How they
 * are launched and their network are left out: the API server would start tasks of its own for them.
 */
export async function makeServices(
  bed: Bed,
  { groups }: Network,
  { image, count = 2 }: { readonly image: string; readonly count?: number },
): Promise<void> {
  const call = ownerOf(bed);
  await call('CreateCluster', { clusterName: 'shop' });
  await call('RegisterTaskDefinition', {
    family: 'shop',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      {
        name: 'app',
        image,
        essential: true,
        portMappings: [{ containerPort: 80 }],
        environment: [{ name: 'COLOUR', value: 'any' }],
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': '/shop', 'awslogs-stream-prefix': 'web' },
        },
      },
    ],
    tags: [{ key: 'team', value: 'shop' }],
  });
  for (const [index, serviceName] of ['shop-blue', 'shop-green'].entries())
    await call('CreateService', {
      cluster: 'shop',
      serviceName,
      taskDefinition: 'shop:1',
      desiredCount: index === 0 ? count : 0,
      loadBalancers: [{ targetGroupArn: groups[index], containerName: 'app', containerPort: 80 }],
    });
}

/** Calls to ECS by the owner of the account, or by any other key. */
export function ownerOf(bed: Bed, key = 'OWNER') {
  const env = {
    AWS_ENDPOINT_URL: bed.url,
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: 'none',
  };
  const door = openJson('ecs', env, { region: REGION });
  return <T>(action: string, input: object): Promise<T> =>
    door.write((ecs: JsonSender, options) => ecs.send<T>(action, input, options));
}
