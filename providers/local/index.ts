import type { JsonObject, ProviderKind } from '../../src/contract/index.ts';
import { homeOf } from './home/folder.ts';
import { LocalProvider } from './provider.ts';
import { describe } from './release.ts';
import type { Connection } from './settings.ts';

const connectionOf = (connection: JsonObject) => connection as unknown as Connection;

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
    new LocalProvider(connectionOf(connection), { env, readSecret }),
  release: describe,
};
