import { readFileSync, writeFileSync } from 'node:fs';
import type { Control, Store } from '../../src/contract/index.ts';
import { drive, readNewest, resume, sendControl } from '../../src/engine/index.ts';
import { canonicalJson } from '../../src/lib/canonical.ts';
import { createMemoryStore } from '../../stores/memory/index.ts';
import { at, begin, never, silence, TARGET } from '../engine/stage.ts';
import { canaryActions, createTestWorld, no, serving, type TestWorld, v1, v2 } from '../helpers/world.ts';

/** A whole store and the platform beside it, as a process of an earlier version left them. */
export interface Left {
  readonly entries: Readonly<Record<string, string>>;
  readonly platform: {
    readonly units: Readonly<Record<string, number>>;
    readonly live: string | null;
    readonly split: Readonly<Record<string, number>> | null;
  };
  /** What this gave then: the state, and how it ended when somebody resumed it. */
  readonly state: string;
  readonly resumed: { readonly result: string; readonly live: string | null };
}

type Act = (world: TestWorld, kill: () => void) => void;

const wish = (world: TestWorld, kind: Control['kind']) => async () => {
  const { state } = await readNewest(world, TARGET);
  const { actor } = world.holder;
  if (state) await sendControl(world, state, { kind, reason: null, actor });
};

const approval = { kind: 'approve', question: 'Go on?', expires: 60_000 } as const;
const hook = { kind: 'run', name: 'migrate', command: ['do'], timeout: 1000, undo: ['undo'] } as const;
const ACTIONS = [hook, ...canaryActions.slice(0, 3), approval, ...canaryActions.slice(3)] as const;

/** What befell each of them before it was left. */
export const STORIES: Readonly<Record<string, Act>> = {
  'killed-in-a-hold': (world, kill) => at(world, 5000, kill),
  'killed-at-an-approval': (world, kill) => at(world, 15_000, kill),
  'killed-after-a-yes': (world, kill) => {
    at(world, 15_000, wish(world, 'approve'));
    at(world, 18_000, kill);
  },
  'paused-by-a-wish': (world) => at(world, 5000, wish(world, 'pause')),
  'paused-by-a-signal': (world) => at(world, 5000, () => world.interrupt('SIGINT')),
  'killed-on-the-way-back': (world, kill) => {
    world.readings.set('probe', () => (world.clock.monotonic() > 5000 ? no : { ...no, kind: 'noData' }));
    const { apply } = world.provider;
    Object.assign(world.provider, {
      apply: async (...call: Parameters<typeof apply>) => {
        if (call[0].kind === 'retire') kill();
        return apply(...call);
      },
    });
  },
  'taken-over-and-killed': (world, kill) => {
    at(world, 5000, () => world.interrupt('SIGINT'));
    at(world, 20_000, async () => {
      void resume(world, await readNewest(world, TARGET), { signal: never }).catch(() => {});
    });
    at(world, 27_000, kill);
  },
};

const LATER = 60_000;

/** Plays a story with the engine of today: made once per version of the format. */
async function play(act: Act): Promise<Left> {
  const entries = new Map<string, string>();
  const inner = createMemoryStore(entries);
  let dead = false;
  const alive = <A extends readonly unknown[], T>(call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => (dead ? silence() : call(...args));
  const store: Store = {
    ...inner,
    get: alive(inner.get),
    put: alive(inner.put),
    create: alive(inner.create),
    list: alive(inner.list),
    remove: alive(inner.remove),
  };
  const world = createTestWorld({ store });
  serving(world.platform);
  const kill = () => {
    dead = true;
  };
  act(world, kill);
  const begun = begin(world, ACTIONS);
  void begun.then((session) => drive(session)).catch(() => {});
  await world.clock.run(world.clock.sleep(LATER));
  const { releases, live, split } = world.platform;
  const units = Object.fromEntries([...releases].map(([id, entry]) => [id, entry.units]));
  const left = { entries: Object.fromEntries(entries), platform: { units, live, split } };
  const state = canonicalJson(await stateOf(left));
  return { ...left, state, resumed: await resumed(left) };
}

export async function stateOf({ entries }: Pick<Left, 'entries'>) {
  const world = createTestWorld({ store: createMemoryStore(new Map(Object.entries(entries))) });
  return (await world.clock.run(readNewest(world, TARGET))).state;
}

/** Somebody else finds it and goes on, saying yes where that is asked. */
export async function resumed({ entries, platform }: Pick<Left, 'entries' | 'platform'>) {
  const store = createMemoryStore(new Map(Object.entries(entries)));
  const world = createTestWorld({ store, name: 'bob', seed: 9 });
  for (const release of [v1, v2]) {
    const units = platform.units[release.id];
    if (units !== undefined)
      world.platform.releases.set(release.id, { release, units, ready: units, restarts: 0 });
  }
  Object.assign(world.platform, { live: platform.live, split: platform.split });
  world.dead.add('ada');
  const isAsked = () => world.events.some(({ type }) => type === 'waiting');
  for (let second = 1; second < 60; second++)
    at(world, second * 1000, () => (isAsked() ? wish(world, 'approve')() : null));
  const found = await world.clock.run(readNewest(world, TARGET));
  const { result } = await world.clock.run(resume(world, found, { signal: never }));
  return { result, live: world.platform.live };
}

/** Formats of which journals are kept; the last one is written today. */
export const FORMATS = [1, 2] as const;
export type Format = (typeof FORMATS)[number];

const file = (name: string, format: Format) =>
  new URL(`./journals/v${format}-${name}.json`, import.meta.url);

export const recorded = (name: string, format: Format) =>
  JSON.parse(readFileSync(file(name, format), 'utf8')) as Left;

/** What is there is never written over. */
export async function recordLeft(): Promise<void> {
  for (const [name, act] of Object.entries(STORIES))
    writeFileSync(file(name, 2), `${JSON.stringify(await play(act), null, 1)}\n`, { flag: 'wx' });
}
