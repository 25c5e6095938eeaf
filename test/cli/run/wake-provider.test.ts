import { beforeEach, expect, test } from 'vitest';
import {
  createMemoryPlatform,
  createMemoryProvider,
  memoryRelease,
} from '../../../providers/memory/index.ts';
import { waking } from '../../../src/cli/run/wake-provider.ts';
import type { Composition, Workspace } from '../../../src/cli/shell/composition.ts';
import type { Host, Observation, Provider } from '../../../src/contract/index.ts';

let told: string[] = [];
beforeEach(() => {
  told = [];
});

const composition = { means: {} } as Composition;
const release = memoryRelease('v1');

function actingOn(ready: number[], wake: () => Promise<boolean>) {
  const inner = createMemoryProvider(createMemoryPlatform());
  const provider: Provider = {
    ...inner,
    observe: async () => {
      const seen = await inner.observe();
      const one = { id: release.id, version: 'v1', release, desired: 2, ready: ready[0] ?? 2 };
      return { ...seen, releases: [one] } as unknown as Observation;
    },
  };
  const host = { wake } as Partial<Host>;
  const workspace = { host: async () => host } as unknown as Workspace;
  const place = { workspace, provider, providerName: 'local', connection: {} };
  return waking(composition, place, () => told.push('woken'));
}

const readyIn = ({ releases }: Observation) => releases[0]?.ready;

test('whoever acts finds what is wanted running again, where nothing of it ran', async () => {
  const ready = [0];
  const provider = await actingOn(ready, async () => {
    ready[0] = 2;
    return true;
  });
  expect(readyIn(await provider.observe())).toBe(2);
  expect(told).toEqual(['woken']);
});

test('nothing is begun where something serves', async () => {
  let woken = 0;
  const provider = await actingOn([1], async () => {
    woken += 1;
    return true;
  });
  expect(readyIn(await provider.observe())).toBe(1);
  expect(woken).toBe(0);
});

test('what is seen is said also where nothing can be begun', async () => {
  const provider = await actingOn([0], async () => Promise.reject(new Error('no keeper')));
  expect(readyIn(await provider.observe())).toBe(0);
  expect(told).toEqual([]);
});

test('what was running already, and is sick, is not said to have been started', async () => {
  await (await actingOn([0], async () => false)).observe();
  expect(told).toEqual([]);
});
