import type {
  Access,
  JsonObject,
  Provider,
  ProviderKind,
  Release,
} from '../../src/contract/index.ts';
import { hashOf } from '../../src/lib/canonical.ts';
import { releaseId } from '../../src/lib/release-id.ts';
import { observe } from './observation.ts';
import { applyTo, verifyAt } from './operations.ts';
import { createMemoryPlatform, type MemoryPlatform } from './platform.ts';

export { applyTo, readBack } from './operations.ts';
export { adopt, autoscale, createMemoryPlatform, type MemoryPlatform } from './platform.ts';
export { PROFILES, type Profile, type ProfileName } from './profiles.ts';

/** Runs nothing: a provider to plan against, to simulate with, and to read first when writing one. */
export function createMemoryProvider(platform: MemoryPlatform, name = 'memory'): Provider {
  return {
    identity: { provider: 'memory', label: name, place: { name }, pins: { name } },
    observe: async () => observe(platform, name),
    apply: async (operation, context) => applyTo(platform, operation, context),
    verify: async (operation, context) => verifyAt(platform, operation, context),
    review: async () => structuredClone(platform.review),
    access: memoryAccessTo(platform, name),
    close: async () => {},
  };
}

function memoryAccessTo({ profile, releases }: MemoryPlatform, name: string): Access {
  const open = (path: string, headers: Readonly<Record<string, string>> = {}) => ({
    url: `memory://${name}/${path}`,
    headers,
    close: async () => {},
  });
  return {
    reach: async (release) => {
      if (release === null) return open('');
      if (!releases.has(release)) return null;
      if (profile.reach === 'header') return open('', { 'x-release': release });
      return profile.reach === 'address' ? open(release) : null;
    },
    logs: async () => [],
  };
}

const platforms = new Map<string, MemoryPlatform>();

/** The one of this name, for tests that do to it what other hands would. */
export function memoryPlatform(name: string): MemoryPlatform {
  const platform = platforms.get(name) ?? createMemoryPlatform();
  platforms.set(name, platform);
  return platform;
}

/** Lives as long as the process: for trying plans and for tests of the command line. */
export const memoryProvider: ProviderKind = {
  name: 'memory',
  connection: (_settings, { service, environment }) => ({
    name: environment ? `${service}-${environment}` : service,
  }),
  open: async (connection) => {
    const name = String(connection.name);
    return createMemoryProvider(memoryPlatform(name), name);
  },
  release: async ({ version, settings }) => memoryRelease(version, settings),
};

export function memoryRelease(version: string, spec: JsonObject = {}): Release {
  return { id: releaseId(version, spec), version, artifact: hashOf(version), spec };
}
