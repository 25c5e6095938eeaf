import type { ProviderKind } from '../../src/contract/index.ts';
import { homeOf, localConnectionOf } from './home/folder.ts';
import { LocalProvider } from './provider.ts';
import { describeLocal } from './release.ts';

export const localProvider: ProviderKind = {
  name: 'local',
  short: 'command',
  settings: async () => (await import('./settings.ts')).settings,
  host: async () => (await import('./host.ts')).localHost,
  starter: async () => (await import('./starter.ts')).localStarter,
  connection: (_settings, surroundings) => ({
    service: surroundings.service,
    environment: surroundings.environment,
    home: homeOf(surroundings),
  }),
  open: async (connection, { env, readSecret }) =>
    new LocalProvider(localConnectionOf(connection), { env, readSecret }),
  release: describeLocal,
};
