import { expect, test } from 'vitest';
import { type EcsService, ecsOwnerOf } from '../../../providers/aws-alb/compute/ecs/service.ts';

const service = (more: Partial<EcsService>): EcsService => ({
  serviceName: 'shop-blue',
  status: 'ACTIVE',
  taskDefinition: 'shop:1',
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  ...more,
});

test.each([
  [{ deploymentController: { type: 'CODE_DEPLOY' } }, 'CodeDeploy deploys the service shop-blue'],
  [{ deploymentController: { type: 'EXTERNAL' } }, 'has the deployment controller EXTERNAL'],
  [{ deploymentConfiguration: { strategy: 'CANARY' } }, 'ECS itself moves the traffic'],
])('a service that others deploy is theirs: %j', (more, words) => {
  expect(ecsOwnerOf(service(more))).toContain(words);
});

test('one with the ordinary controller, and rolling as ECS does by itself, is ours', () => {
  const ours = {
    deploymentController: { type: 'ECS' },
    deploymentConfiguration: { strategy: 'ROLLING' },
  };
  expect([ecsOwnerOf(service({})), ecsOwnerOf(service(ours))]).toEqual([null, null]);
});
