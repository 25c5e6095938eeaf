import type { Capabilities, Provider, Store } from '../../src/contract/index.ts';
import { drive, type Ending, open, readNewest } from '../../src/engine/index.ts';
import { createMemoryStore } from '../../stores/memory/index.ts';
import {
  canaryActions,
  createTestWorld,
  planOf,
  serving,
  type TestWorld,
  type TestWorldOptions,
} from '../helpers/world.ts';

export const never = new AbortController().signal;
export const TARGET = 'shop-1';
/** A call that is never answered. */
export const silence = () => new Promise<never>(() => {});

export type Actions = Parameters<typeof planOf>[1];

export function servingWorld(options: TestWorldOptions = {}): TestWorld {
  const world = createTestWorld(options);
  serving(world.platform);
  return world;
}

/** Somebody else on another machine, with the same store and platform. */
export function another(world: TestWorld, options: TestWorldOptions = {}): TestWorld {
  const { clock, store, platform } = world;
  return createTestWorld({ clock, store, platform, name: 'bob', seed: 9, ...options });
}

/** The canary with another first hold. */
export const canaryOf = (hold: Actions[number]): Actions =>
  canaryActions.map((action) => (action.kind === 'hold' ? hold : action));

export async function begin(
  world: TestWorld,
  actions: Actions = canaryActions,
  options: Parameters<typeof planOf>[2] = {},
) {
  const plan = await planOf(world, actions, options);
  return open(world, plan, await readNewest(world, plan.target.id));
}

export function running(world: TestWorld, actions?: Actions): Promise<Ending> {
  return begin(world, actions).then((session) => drive(session));
}

export function at(world: TestWorld, ms: number, act: () => unknown): void {
  void world.clock.sleep(ms).then(act);
}

/** A provider whose calls can be replaced while it runs. */
export function tampered(world: TestWorld, changes: Partial<Provider>): TestWorld {
  return Object.assign(world, { provider: { ...world.provider, ...changes } });
}

/** On a platform where a former route lingers for so long. */
export function slow(capabilities: Capabilities, propagation: number): Capabilities {
  return { ...capabilities, timing: { ...capabilities.timing, propagation, readLag: propagation } };
}

export function storeWith(changes: (inner: Store) => Partial<Store>): Store {
  const inner = createMemoryStore();
  return { ...inner, ...changes(inner) };
}

export const newest = async (world: TestWorld) => (await readNewest(world, TARGET)).state;
