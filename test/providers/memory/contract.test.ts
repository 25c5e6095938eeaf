import { expect, test } from 'vitest';
import {
  adopt,
  autoscale,
  createMemoryPlatform,
  createMemoryProvider,
  memoryRelease,
  PROFILES,
} from '../../../providers/memory/index.ts';
import { providerSuite } from '../../contract/provider-suite.ts';
import { asking, sending } from '../../helpers/calls.ts';
import { serving, v1, v2 } from '../../helpers/world.ts';

for (const profile of Object.values(PROFILES)) {
  providerSuite(`memory, ${profile.name}`, async () => {
    const platform = createMemoryPlatform(4, profile);
    return {
      provider: createMemoryProvider(platform),
      again: async () => createMemoryProvider(platform),
      release: async (version) => memoryRelease(version),
      broken: async () => null,
      fenced: profile.fenced,
      adopted: async (version) => {
        const release = memoryRelease(version);
        adopt(platform, release);
        return release;
      },
      resize: async (units) => autoscale(platform, units),
      close: async () => {},
    };
  });
}

test('a percent is of what carries the traffic now, however far an autoscaler has moved it', async () => {
  const platform = serving(createMemoryPlatform(4, PROFILES.autoscaled));
  const provider = createMemoryProvider(platform);
  const half = { kind: 'start', release: v2, capacity: 50, weights: [] } as const;
  await provider.apply(half, sending('d/1'));
  expect(await provider.verify(half, asking('d/1'))).toMatchObject({ state: 'done' });
  autoscale(platform, 16);
  expect(await provider.verify(half, asking('d/1'))).toMatchObject({ state: 'pending' });
  const { full, releases } = await provider.observe();
  expect(full).toBe(16);
  expect(releases.find(({ id }) => id === v2.id)?.capacity).toBe(12.5);
  expect(releases.find(({ id }) => id === v1.id)?.capacity).toBe(100);
});
