import { expect, test } from 'vitest';
import { keys } from '../../../src/engine/journal/keys.ts';
import { readAhead, readOnce } from '../../../src/engine/journal/read-once.ts';
import { storeWith, TARGET } from '../stage.ts';

const RECORD = keys.record(TARGET, 1);

function counted() {
  const asked: string[] = [];
  const store = storeWith((inner) => ({
    get: (key) => {
      asked.push(key);
      return inner.get(key);
    },
  }));
  return { asked, store, once: readOnce({ store, target: TARGET }).store };
}

test('a record is asked for once, also by two at a time', async () => {
  const { asked, store, once } = counted();
  await store.create(RECORD, 'first');
  const both = await Promise.all([once.get(RECORD), once.get(RECORD)]);
  expect([...both, await once.get(RECORD)]).toEqual(['first', 'first', 'first']);
  expect(asked).toEqual([RECORD]);
});

test('one that was not there is asked for again', async () => {
  const { store, once } = counted();
  expect(await once.get(RECORD)).toBeNull();
  await store.create(RECORD, 'first');
  expect(await once.get(RECORD)).toBe('first');
});

test('one that was asked for ahead is not asked for again, unless it was not there yet', async () => {
  const { asked, store } = counted();
  await store.create(RECORD, 'first');
  const ahead = readAhead({ store, target: TARGET }, 1);
  await Promise.all(ahead.values());
  const second = keys.record(TARGET, 2);
  await store.create(second, 'second');
  const { store: once } = readOnce({ store, target: TARGET }, ahead);
  expect([await once.get(RECORD), await once.get(second)]).toEqual(['first', 'second']);
  expect(asked.filter((key) => key === RECORD)).toHaveLength(1);
});

test('what is no record may change, and is asked for each time', async () => {
  const { asked, store, once } = counted();
  const beat = keys.heartbeat(TARGET);
  await store.put(beat, 'one');
  expect(await once.get(beat)).toBe('one');
  await store.put(beat, 'two');
  expect(await once.get(beat)).toBe('two');
  expect(asked).toHaveLength(2);
});
