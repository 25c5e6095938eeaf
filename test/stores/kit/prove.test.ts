import { describe, expect, test, vi } from 'vitest';
import type { Store } from '../../../src/contract/index.ts';
import { proveStore } from '../../../stores/kit/prove.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { LIES } from './lies.ts';

const DAY = 24 * 60 * 60 * 1000;

const refusalOf = (store: Store) =>
  proveStore(store, ['deployctl deploy --store elsewhere']).catch((error: unknown) => error);

test('a store that keeps its word is taken, and nothing stays behind', async () => {
  const entries = new Map<string, string>();
  await expect(proveStore(createMemoryStore(entries), [])).resolves.toBeUndefined();
  expect([...entries]).toEqual([]);
});

describe('a store is refused, and told why, that', () => {
  test.each(LIES)('%s', async (_how, lie, told) => {
    const entries = new Map<string, string>();
    const honest = createMemoryStore(entries);
    const error = await refusalOf({ ...honest, url: 's3://liar', ...lie(honest) });
    expect(error).toMatchObject({
      code: 'store-failed',
      exit: 1,
      state: 'Nothing was deployed.',
      next: ['deployctl deploy --store elsewhere'],
    });
    const { message, why } = error as Error & { why: string };
    expect(`${message} ${why}`).toMatch(told);
    expect(message).toContain('s3://liar');
    expect([...entries]).toEqual([]);
  });
});

test('a store that fails in the middle is not called a liar, and nothing stays behind', async () => {
  const entries = new Map<string, string>();
  const failure = new Error('connection reset');
  const store = {
    ...createMemoryStore(entries),
    list: vi.fn(async () => Promise.reject(failure)),
  };
  expect(await refusalOf(store)).toMatchObject({
    code: 'store-failed',
    message: 'memory: cannot keep a journal: connection reset.',
    cause: failure,
  });
  expect([...entries]).toEqual([]);
});

test('a store from which nothing may be taken away can keep a journal', async () => {
  const remove = () => Promise.reject(new Error('AccessDenied'));
  await expect(proveStore({ ...createMemoryStore(), remove }, [])).resolves.toBeUndefined();
});

test('proofs at the same time do not disturb each other', async () => {
  const store = createMemoryStore();
  await expect(
    Promise.all(Array.from({ length: 8 }, () => proveStore(store, []))),
  ).resolves.toBeDefined();
  expect(await store.list('probe')).toEqual([]);
});

test('what a proof that was killed a day ago left is taken away, and one that is under way is not', async () => {
  const store = createMemoryStore();
  const now = Date.now();
  await store.put(`probe/${now - DAY - 60_000}-killed-record`, 'x');
  await store.put(`probe/${now - 60_000}-slow-record`, 'x');
  await store.put('probe/of-somebody-else', 'x');
  await proveStore(store, []);
  expect(await store.list('probe')).toEqual([`${now - 60_000}-slow-record`, 'of-somebody-else']);
});
