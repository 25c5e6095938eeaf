import { describe, expect, test } from 'vitest';
import type { Created, Store } from '../../src/contract/index.ts';

export interface StoreCase {
  readonly name: string;
  /** A store with nothing in it. */
  readonly make: () => Promise<Store>;
  /** Another door to the same store, as another process would open it. */
  readonly reopen: (store: Store) => Store;
}

const KEY = 'targets/shop-1/log/0000000001';
const count = (answers: readonly Created[], wanted: Created) =>
  answers.filter((answer) => answer === wanted).length;

/** What the engine's safety rests on, whatever the store is made of. */
export function storeSuite({ name, make, reopen }: StoreCase): void {
  describe(`store ${name}`, () => {
    test('what was created is read back, byte for byte', async () => {
      const store = await make();
      const value = 'ä\u2028 "quoted"\n\0 😀'.repeat(1000);
      expect(await store.create(KEY, value)).toBe('created');
      expect(await store.get(KEY)).toBe(value);
    });

    test('what is not there is null, and an empty value is not nothing', async () => {
      const store = await make();
      expect(await store.get(KEY)).toBeNull();
      await store.create(KEY, '');
      expect(await store.get(KEY)).toBe('');
    });

    test('a second value never takes the place of the first', async () => {
      const store = await make();
      await store.create(KEY, 'first');
      expect(await store.create(KEY, 'second')).toBe('exists');
      expect(await store.get(KEY)).toBe('first');
    });

    test('the very same bytes are recognised, because an earlier try of ours may have made them', async () => {
      const store = await make();
      await store.create(KEY, 'ours');
      expect(await store.create(KEY, 'ours')).toBe('mine');
    });

    test('of sixteen writers at once, through two doors, exactly one is first and all see its value', async () => {
      const store = await make();
      const doors = [store, reopen(store)];
      for (let round = 0; round < 10; round++) {
        const key = `targets/race/log/${round}`;
        const values = Array.from({ length: 16 }, (_, writer) => `writer ${writer}`);
        const answers = await Promise.all(
          values.map((value, writer) => (doors[writer % 2] as Store).create(key, value)),
        );
        expect(count(answers, 'created')).toBe(1);
        expect(count(answers, 'exists')).toBe(15);
        expect(await store.get(key)).toBe(values[answers.indexOf('created')]);
      }
    });

    test('a put replaces what is there, and is seen through another door', async () => {
      const store = await make();
      await store.put('targets/shop-1/heartbeat', 'one');
      await store.put('targets/shop-1/heartbeat', 'two');
      expect(await reopen(store).get('targets/shop-1/heartbeat')).toBe('two');
    });

    test('a list has every name directly below the prefix, sorted, and nothing else', async () => {
      const store = await make();
      const names = Array.from({ length: 300 }, (_, index) => `d${String(index).padStart(4, '0')}`);
      await Promise.all(names.toReversed().map((id) => store.create(`deployments/${id}`, id)));
      await store.create('deployments2/other', '');
      await store.create('targets/shop-1/log/0000000001', '');
      expect(await store.list('deployments')).toEqual(names);
      expect(await store.list('targets')).toEqual(['shop-1']);
      expect(await store.list('nothing')).toEqual([]);
    });

    test('its own probe finds it honest, and leaves nothing behind', async () => {
      const store = await make();
      await store.create('targets/shop-1/about', '{}');
      await store.probe();
      await store.probe();
      expect(await store.list('targets')).toEqual(['shop-1']);
    });

    test.each(['../outside', 'a/../../b', '/etc/passwd', 'a//b', 'A', 'a b', '', '.', 'a/.'])(
      'the key %j is refused',
      async (key) => {
        const store = await make();
        const refused = expect.objectContaining({ failure: 'permanent' });
        await expect(store.get(key)).rejects.toEqual(refused);
        await expect(store.create(key, 'x')).rejects.toEqual(refused);
        await expect(store.put(key, 'x')).rejects.toEqual(refused);
      },
    );
  });
}
