import { describe, expect, test } from 'vitest';
import type { Created, Store } from '../../src/contract/index.ts';

export interface StoreCase {
  readonly name: string;
  /** A store with nothing in it. */
  readonly make: () => Promise<Store>;
  /** Another door to the same store, as another process would open it. */
  readonly reopen: (store: Store) => Store;
}

/** What the engine's safety rests on, whatever the store is made of. */
export function storeSuite(each: StoreCase): void {
  describe(`store ${each.name}`, () => {
    testCreating(each);
    testReading(each);
    testLimits(each);
    testListing(each);
    testRemoving(each);
    testKeys(each);
  });
}

const KEY = 'targets/shop-1/log/0000000001';
const refused = expect.objectContaining({ name: 'ProviderError', failure: 'permanent' });
const count = (answers: readonly Created[], wanted: Created) =>
  answers.filter((answer) => answer === wanted).length;

function testCreating({ make, reopen }: StoreCase): void {
  test('a second value never takes the place of the first', async () => {
    const store = await make();
    expect(await store.create(KEY, 'first')).toBe('created');
    expect(await store.create(KEY, 'second')).toBe('exists');
    expect(await reopen(store).create(KEY, '')).toBe('exists');
    expect(await store.get(KEY)).toBe('first');
  });

  test('the very same bytes are recognised, because an earlier try of ours may have made them', async () => {
    const store = await make();
    await store.create(KEY, 'ours');
    expect(await store.create(KEY, 'ours')).toBe('mine');
    expect(await reopen(store).create(KEY, 'ours')).toBe('mine');
    expect(await store.create(KEY, 'ours ')).toBe('exists');
  });

  test('a write that is sent twice at the same time is made once', async () => {
    const store = await make();
    const answers = await Promise.all([store, reopen(store)].map((door) => door.create(KEY, 'x')));
    expect(answers.toSorted()).toEqual(['created', 'mine']);
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

  test('its own probe finds it honest, and leaves nothing behind', async () => {
    const store = await make();
    await store.create('targets/shop-1/about', '{}');
    await Promise.all([store.probe(), reopen(store).probe(), store.probe()]);
    expect(await store.list('targets')).toEqual(['shop-1']);
    expect(await store.list('probe')).toEqual([]);
  });
}

/** All that is text: every character of the first plane, and some of the others. */
const EVERYTHING = `${Array.from({ length: 0x10000 }, (_, code) =>
  code >= 0xd800 && code <= 0xdfff ? '' : String.fromCharCode(code),
).join('')}\u{1f600}\u{10ffff}`;

function testReading({ make, reopen }: StoreCase): void {
  test.each([
    ['nothing at all', ''],
    ['ends of lines of all kinds', '\r\n\n\r\u2028'],
    ['a mark of the byte order', '\ufeff{}'],
    ['an accent in two parts', 'A\u030a \u00c5'],
    ['every character there is', EVERYTHING],
    ['a mebibyte, where it takes as much', 'ä'.repeat(2 ** 19)],
  ])('%s is read back as it was written', async (_what, wanted) => {
    const store = await make();
    const value = wanted.slice(0, Math.floor(store.limits.value / 2));
    expect(await store.create(KEY, value)).toBe('created');
    await store.put('targets/shop-1/heartbeat', value);
    expect((await reopen(store).get(KEY)) === value).toBe(true);
    expect((await store.get('targets/shop-1/heartbeat')) === value).toBe(true);
    expect(await store.create(KEY, value)).toBe('mine');
  });

  test.each(['\ud800', 'a\udc00b', '\udc00\ud800'])(
    'half a character, as in %j, is refused rather than changed',
    async (value) => {
      const store = await make();
      await expect(store.create(KEY, value)).rejects.toEqual(refused);
      await expect(store.put(KEY, value)).rejects.toEqual(refused);
      expect(await store.get(KEY)).toBeNull();
    },
  );

  test('what is not there is null, and what only has values below it is not there', async () => {
    const store = await make();
    expect(await store.get(KEY)).toBeNull();
    await store.create(KEY, 'x');
    expect(await store.get('targets/shop-1')).toBeNull();
    expect(await store.get(`${KEY}/below`)).toBeNull();
  });

  test('a put replaces what is there, and is seen through another door', async () => {
    const store = await make();
    await store.put('targets/shop-1/heartbeat', 'one');
    await store.put('targets/shop-1/heartbeat', 'two');
    expect(await reopen(store).get('targets/shop-1/heartbeat')).toBe('two');
  });

  test.each([
    [1, 20],
    [4096, 5],
    [2 ** 20, 1],
  ])(
    'no reader sees a part of a value of %i bytes, or of the longest it takes, or a gap between two',
    async (wanted, times) => {
      const store = await make();
      const size = Math.min(wanted, store.limits.value);
      const other = reopen(store);
      const letters = ['a', 'b', 'c', 'd'];
      const whole = new Set<string | null>(letters.map((letter) => letter.repeat(size)));
      await store.put('beat', 'a'.repeat(size));
      const writes = Promise.all(
        letters.map(async (letter) => {
          for (let time = 0; time < times; time++) await store.put('beat', letter.repeat(size));
          await store.create(`log/${letter}`, letter.repeat(size));
        }),
      );
      const torn: string[] = [];
      for (let reads = 0; reads < 5 || !(await isOver(writes)); reads++) {
        if (!whole.has(await other.get('beat'))) torn.push('beat');
        const records = await Promise.all(letters.map((letter) => other.get(`log/${letter}`)));
        if (records.some((record) => record !== null && !whole.has(record))) torn.push('log');
      }
      expect(torn).toEqual([]);
    },
  );
}

/** Whether it is over by now, without waiting for it. */
const isOver = (work: Promise<unknown>) =>
  Promise.race([work.then(() => true), new Promise((resolve) => setImmediate(resolve, false))]);

function testLimits({ make }: StoreCase): void {
  test('it says what it bears: values that hold a plan, and looks that hold up nobody', async () => {
    const { limits } = await make();
    expect(limits.value).toBeGreaterThanOrEqual(300_000);
    expect(limits.poll).toBeGreaterThan(0);
    expect(limits.poll).toBeLessThanOrEqual(15_000);
  });

  test('a value that is longer than it says is refused before anything is written', async () => {
    const store = await make();
    const { value } = store.limits;
    const long = 'ä'.repeat(value / 2 + 1);
    await expect(store.create(KEY, long)).rejects.toEqual(refused);
    await expect(store.put(KEY, long)).rejects.toEqual(refused);
    expect(await store.get(KEY)).toBeNull();
    expect(await store.create(KEY, 'ä'.repeat(value / 2))).toBe('created');
  });
}

function testListing({ make, reopen }: StoreCase): void {
  test('a list from a name on has what comes behind it, and not the name', async () => {
    const store = await make();
    for (const name of ['0000000001', '0000000002', '0000000010', 'a', 'about'])
      await store.create(`log/${name}`, name);
    await store.create('log/0000000002/below', '').catch(() => {});
    expect(await store.list('log', '0000000002')).toEqual(['0000000010', 'a', 'about']);
    expect(await store.list('log', '0000000005')).toEqual(['0000000010', 'a', 'about']);
    expect(await reopen(store).list('log', 'a')).toEqual(['about']);
    expect(await store.list('log', 'about')).toEqual([]);
    expect(await store.list('log', '0')).toEqual(await store.list('log'));
  });

  test('a list has every name directly below the prefix, sorted, and nothing else', async () => {
    const store = await make();
    const names = Array.from({ length: 300 }, (_, index) => `d${String(index).padStart(4, '0')}`);
    await Promise.all(names.toReversed().map((id) => store.create(`deployments/${id}`, id)));
    await store.create('deployments2/other', '');
    await store.create('deployments/d0007/below', '').catch(() => {});
    await store.create('targets/shop-1/log/0000000001', '');
    expect(await store.list('deployments')).toEqual(names);
    expect(await store.list('targets')).toEqual(['shop-1']);
    expect(await store.list('nothing')).toEqual([]);
  });

  test('a list has what was there when it began, and no half of what is being written', async () => {
    const store = await make();
    const other = reopen(store);
    const acknowledged: string[] = [];
    const names = Array.from({ length: 60 }, (_, index) => `r${String(index).padStart(2, '0')}`);
    const writes = Promise.all(
      names.map(async (name) => {
        await (Number(name.slice(1)) % 3 ? store.create : store.put)(`log/${name}`, name);
        acknowledged.push(name);
      }),
    );
    for (let lists = 0; lists < 3 || !(await isOver(writes)); lists++) {
      const before = [...acknowledged];
      const listed = await other.list('log');
      expect(listed).toEqual(names.filter((name) => listed.includes(name)));
      expect(listed).toEqual(expect.arrayContaining(before));
    }
    expect(await other.list('log')).toEqual(names);
  });
}

function testRemoving({ make, reopen }: StoreCase): void {
  test('what was removed is gone, alone, and its key may be taken again', async () => {
    const store = await make();
    await store.create('log/1', 'one');
    await store.create('log/2', 'two');
    await store.remove('log/1');
    expect(await reopen(store).get('log/1')).toBeNull();
    expect(await store.list('log')).toEqual(['2']);
    expect(await store.create('log/1', 'another')).toBe('created');
  });

  test('to remove what is not there is fine', async () => {
    const store = await make();
    await store.remove('log/1');
    await store.create('log/1', 'one');
    await Promise.all([store.remove('log/1'), reopen(store).remove('log/1')]);
    await store.remove('log/1/below');
    expect(await store.list('log')).toEqual([]);
  });
}

function testKeys({ make }: StoreCase): void {
  test.each([
    ...['../outside', 'a/../../b', 'a/..', '..', '.', 'a/.', '/etc/passwd', 'a//b', 'a/', '/', ''],
    ...['A', 'a b', 'ä', 'a\u0000', 'a\n', 'a\\b', 'a%2fb', 'a:b', '~', 'a.tmp', 'a.tmp/b'],
  ])('the key %j is refused', (key) => expectRefused(make, key));

  test.each([
    ['a name of 201 characters', 'a'.repeat(201)],
    ['a key of 801 characters', `${'abcdefgh/'.repeat(88)}abcdefghi`],
  ])('%s is refused', (_what, key) => expectRefused(make, key));

  test.each([
    ['a short one', 'a'],
    ['one of all characters', '0.b-c_d'],
    ['one that only looks like a path', '.../-'],
    ['one of 200 characters', 'a'.repeat(200)],
    ['one of 800 characters', `${'abcdefghijklmnopqrs/'.repeat(39)}abcdefghijklmnopqrst`],
  ])('of the keys %s is taken', async (_what, key) => {
    const store = await make();
    expect(await store.create(key, 'x')).toBe('created');
    expect(await store.get(key)).toBe('x');
  });
}

async function expectRefused(make: StoreCase['make'], key: string): Promise<void> {
  const store = await make();
  await expect(store.get(key)).rejects.toEqual(refused);
  await expect(store.create(key, 'x')).rejects.toEqual(refused);
  await expect(store.put(key, 'x')).rejects.toEqual(refused);
  await expect(store.list(key)).rejects.toEqual(refused);
  await expect(store.remove(key)).rejects.toEqual(refused);
}
