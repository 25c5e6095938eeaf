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
 * change: one to find its log, one to read it, three to take it, to turn round and to write down what
 * is done first.
 */
const MOST = 5;

const STORE_CALLS = ['get', 'create', 'put', 'list'];

interface Slowness {
  readonly world: () => TestWorld;
  readonly names: readonly string[];
  readonly round: number;
}

function slowly<T extends object>(inner: T, { world, names, round }: Slowness): T {
  const calls = names.map((name) => {
    const call = Reflect.get(inner, name) as (...given: unknown[]) => Promise<unknown>;
    const slow = async (...given: unknown[]) => {
      await world().clock.sleep(round);
      return call(...given);
    };
    return [name, slow];
  });
  return { ...inner, ...Object.fromEntries(calls) };
}

/** What a way back from elsewhere does before its first change, where each call to the store, and each to the platform, takes so long. */
async function goneBack(round: number, asked = ROUND) {
  const store = createMemoryStore();
  const world = servingWorld({ store });
  const session = await world.clock.run(begin(world));
  void drive(session).catch(() => {});
  await world.clock.run(world.clock.sleep(5000));
  const kept: Store = slowly(store, { world: () => other, names: STORE_CALLS, round });
  const other: TestWorld = another(world, { store: kept });
  other.dead.add('ada');
  let first: number | null = null;
  let looks = 0;
  const names = ['observe', 'verify', 'apply'];
  const provider: Provider = slowly(other.provider, { world: () => other, names, round: asked });
  tampered(other, {
    ...provider,
    observe: (signal, of) => {
      if (first === null) looks += 1;
      return provider.observe(signal, of);
    },
    apply: (operation, context) => {
      first ??= other.clock.monotonic();
      return provider.apply(operation, context);
    },
  });
  const began = other.clock.monotonic();
  const id = session.state.id;
  const back = async () => {
    const { target, from } = await whereRecorded(other.store, id);
    const newest = await readNewest(other, target, readPast(other, target, from));
    return rollbackUnfinished(other, newest, { why: 'asked', signal: never });
  };
  expect((await other.clock.run(back())).result).toBe('rolled-back');
  return { rounds: ((first ?? Infinity) - began) / round, looks };
}

test('a way back is begun within few calls that wait for each other', async () => {
  const { rounds, looks } = await goneBack(ROUND);
  expect(rounds).toBeLessThanOrEqual(MOST);
  expect(looks).toBe(1);
});

test('a look that has grown old while the way back was recorded is taken once more', async () => {
  expect((await goneBack(600)).looks).toBe(2);
});

test('a look that takes long itself is waited for, and not begun anew', async () => {
  expect((await goneBack(ROUND, 3000)).looks).toBe(1);
});
