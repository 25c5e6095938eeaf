import { expect, test } from 'vitest';
import type { Provider, Store } from '../../../src/contract/index.ts';
import {
  drive,
  readNewest,
  readPast,
  rollbackUnfinished,
  whereRecorded,
} from '../../../src/engine/index.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import type { TestWorld } from '../../helpers/world.ts';
import { another, begin, never, servingWorld, tampered } from '../stage.ts';

/** Ms of each call to anybody: what goes together takes as long as one of them. */
const ROUND = 10;

/**
 * Calls that wait for each other, from the id of a deployment that somebody has left to the first
 * change: six to find its log, to read it and to note where it ends, four to take it, to turn round and
 * to look.
 */
const MOST = 10;

function slowly<T extends object>(inner: T, world: () => TestWorld, names: readonly string[]): T {
  const calls = names.map((name) => {
    const call = Reflect.get(inner, name) as (...given: unknown[]) => Promise<unknown>;
    const slow = async (...given: unknown[]) => {
      await world().clock.sleep(ROUND);
      return call(...given);
    };
    return [name, slow];
  });
  return { ...inner, ...Object.fromEntries(calls) };
}

test('a way back is begun within few calls that wait for each other', async () => {
  const store = createMemoryStore();
  const world = servingWorld({ store });
  const session = await world.clock.run(begin(world));
  void drive(session).catch(() => {});
  await world.clock.run(world.clock.sleep(5000));
  const kept: Store = slowly(store, () => other, ['get', 'create', 'put', 'list']);
  const other: TestWorld = another(world, { store: kept });
  other.dead.add('ada');
  let first: number | null = null;
  const provider: Provider = slowly(other.provider, () => other, ['observe', 'verify', 'apply']);
  tampered(other, {
    ...provider,
    apply: (operation, context) => {
      first ??= other.clock.monotonic();
      return provider.apply(operation, context);
    },
  });
  const began = other.clock.monotonic();
  const id = session.state.id;
  const back = async () => {
    const { target } = await whereRecorded(other.store, id);
    const newest = await readNewest(other, target, readPast(other, target));
    return rollbackUnfinished(other, newest, { why: 'asked', signal: never });
  };
  expect((await other.clock.run(back())).result).toBe('rolled-back');
  expect(((first ?? Infinity) - began) / ROUND).toBeLessThanOrEqual(MOST);
});
