import { describe, expect, test } from 'vitest';
import { createMemoryPlatform, createMemoryProvider } from '../../../providers/memory/index.ts';
import type { Input } from '../../../src/cli/shell/command.ts';
import type { Composition, Workspace } from '../../../src/cli/shell/composition.ts';
import { openStore } from '../../../src/cli/target/open-store.ts';
import { openRecorded, targetOf } from '../../../src/cli/target/place.ts';
import type { Identity, JsonObject, Plan, RecordedIdentity } from '../../../src/contract/index.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';

const identity = (change: Partial<Identity> = {}): Identity => ({
  provider: 'memory',
  label: 'cluster prod',
  place: { namespace: 'uid-1', workload: 'web' },
  pins: { cluster: 'prod' },
  ...change,
});

test('the place alone decides which log it is, whatever else is known of it', () => {
  const { id } = targetOf('shop', 'staging', identity());
  expect(targetOf('shop', 'staging', identity({ pins: {} })).id).toBe(id);
  expect(targetOf('shop', 'staging', identity({ pins: { cluster: 'x', more: 'y' } })).id).toBe(id);
  const other = identity({ place: { namespace: 'uid-1', workload: 'api' } });
  expect(targetOf('shop', 'staging', other).id).not.toBe(id);
  expect(id).toMatch(/^shop-staging-[0-9a-f]{8}$/);
});

/** Opens the place of a recorded plan where this is what answers, and by what it is to be recorded. */
function opened(recorded: RecordedIdentity, found: Identity, lasting?: JsonObject) {
  const memory = createMemoryProvider(createMemoryPlatform());
  const provider = { ...memory, identity: found, ...(lasting ? { connection: lasting } : {}) };
  const workspace: Partial<Workspace> = {
    provider: async () => ({
      name: 'memory',
      connection: () => ({}),
      open: async () => provider,
      release: () => Promise.reject(new Error('nothing is released here')),
    }),
    recall: async () => workspace as Workspace,
  };
  const target = { id: 'shop-1', service: 'shop', environment: null, identity: recorded };
  const plan = {
    target,
    provider: { name: 'memory', connection: { project: 'shop' } },
    folder: '/',
  };
  return openRecorded({} as Input, {} as Composition, {
    workspace: workspace as Workspace,
    plan: plan as unknown as Plan,
  });
}

const { place: _, ...firstEdition } = identity({ pins: { namespace: 'uid-1' } });

test.each<[string, RecordedIdentity, Identity]>([
  ['is as it was', identity(), identity()],
  [
    'tells more than was recorded',
    identity(),
    identity({ pins: { cluster: 'prod', region: 'x' } }),
  ],
  ['calls a pin of the first edition a part of the place', firstEdition, identity()],
])('a place that %s is opened', async (_what, recorded, found) => {
  expect((await opened(recorded, found)).target.id).toBe('shop-1');
});

test.each<[string, RecordedIdentity, Identity, string]>([
  [
    'another place',
    identity(),
    identity({ place: { namespace: 'uid-2', workload: 'web' } }),
    'its namespace is uid-1, here it is uid-2',
  ],
  [
    'a place that is told otherwise',
    identity(),
    identity({ place: { namespace: 'uid-1', workload: 'web', slot: 'b' } }),
    'its slot is none',
  ],
  [
    'other pins',
    identity(),
    identity({ pins: { cluster: 'test' } }),
    'its cluster is prod, here it is test',
  ],
  [
    'a pin that is gone',
    identity(),
    identity({ pins: {} }),
    'its cluster is prod, here it is none',
  ],
  [
    'another place than in the first edition',
    firstEdition,
    identity({ place: { namespace: 'uid-2' } }),
    'its namespace is uid-1',
  ],
])('%s is refused, and the difference named', async (_what, recorded, found, words) => {
  const error = await opened(recorded, found).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'identity-mismatch', exit: 7 });
  expect((error as { why: string }).why).toContain(words);
});

test('a place that was recorded by a name is recorded by its id from then on', async () => {
  const named = await opened(identity(), identity());
  expect(named.connection).toEqual({ project: 'shop' });
  const lasting = await opened(identity(), identity(), { project: 'prj_1' });
  expect(lasting.connection).toEqual({ project: 'prj_1' });
});

describe('the journal of a place', () => {
  const here = {
    service: 'shop',
    environment: null,
    folder: '/',
    store: null,
    history: { keep: 1 },
    provider: { name: 'memory', settings: { cluster: 'c1' } },
  };

  /** The URL of the store that is opened, where the provider has this one by default. */
  async function storeOf(options: Input['options'], store: string | null, own: string | null) {
    const asked: (string | null)[] = [];
    const workspace: Partial<Workspace> = {
      provider: async () => ({
        name: 'memory',
        connection: ({ cluster }) => ({ cluster: String(cluster) }),
        ...(own === null ? {} : { store: ({ cluster }) => `${own}/${String(cluster)}` }),
        open: () => Promise.reject(new Error('no store is a reason to open it')),
        release: () => Promise.reject(new Error('nothing is released here')),
      }),
      store: async (url) => {
        asked.push(url);
        return createMemoryStore();
      },
    };
    const input = { options, io: { env: {} }, args: [] } as unknown as Input;
    const config = { ...here, store };
    await openStore(input, {} as Composition, { config, workspace: workspace as Workspace });
    return asked;
  }

  test('is where --store says, or the config, or the provider, or in the folder of the user', async () => {
    expect(await storeOf({ store: 'a:///1' }, 'b:///2', 'c://')).toEqual(['a:///1']);
    expect(await storeOf({}, 'b:///2', 'c://')).toEqual(['b:///2']);
    expect(await storeOf({}, null, 'c://')).toEqual(['c:///c1']);
    expect(await storeOf({}, null, null)).toEqual([null]);
  });
});
