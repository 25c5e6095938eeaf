import { accessFrom } from '../../src/clients/aws/access.ts';
import { openLoadBalancing } from '../../src/clients/aws/load-balancing.ts';
import type { ProviderKind } from '../../src/contract/index.ts';
import { readListener } from './arn.ts';
import { computeAt, profileIn } from './compute/index.ts';
import { asConnection, connectionOf } from './connection.ts';
import { AlbProvider } from './provider.ts';
import { describeAlb } from './release.ts';

export const albProvider: ProviderKind = {
  name: 'aws-alb',
  via: ['profile'],
  settings: async () => (await import('./settings.ts')).settingsSchema,
  starter: async () => (await import('./starter.ts')).albStarter,
  connection: connectionOf,
  open: async (connection, means) => {
    const { env, via } = means;
    const at = asConnection(connection);
    const { region } = readListener(at.listener);
    const profile = profileIn(via);
    const access = accessFrom(env, { region, service: 'ELASTIC_LOAD_BALANCING_V2', profile });
    const door = await openLoadBalancing(access);
    return new AlbProvider(at, { door, compute: computeAt(at, means) });
  },
  release: describeAlb,
};
