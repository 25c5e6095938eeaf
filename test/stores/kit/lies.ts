import type { Created, Store } from '../../../src/contract/index.ts';

/** Another store over an honest one, which lies in one way. */
export type Lie = (store: Store) => Partial<Store>;

const half = (value: string) => value.slice(0, value.length / 2);

/** Answers as if nothing were there, and writes over what is. */
const unconditional: Lie = (store) => ({
  create: async (key, value) => {
    await store.put(key, value);
    return 'created';
  },
});

/** Knows the condition, and applies it to what it saw before somebody else wrote. */
const lookThenWrite: Lie = (store) => ({
  create: async (key, value): Promise<Created> => {
    const present = await store.get(key);
    if (present !== null) return present === value ? 'mine' : 'exists';
    await store.put(key, value);
    return 'created';
  },
});

/** Says `exists`, and writes all the same. */
const overwriting: Lie = (store) => ({
  create: async (key, value) => {
    const answer = await store.create(key, value);
    if (answer === 'exists') await store.put(key, value);
    return answer;
  },
});

const answering =
  (change: (answer: Created) => Created): Lie =>
  (store) => ({ create: async (key, value) => change(await store.create(key, value)) });

const writing =
  (change: (value: string) => string): Lie =>
  (store) => ({
    create: (key, value) => store.create(key, change(value)),
    put: (key, value) => store.put(key, change(value)),
  });

/** Remembers for a while what it was asked for, and what was there then: nothing. */
const negativeCache: Lie = (store) => {
  const absent = new Set<string>();
  return {
    get: async (key) => {
      const value = absent.has(key) ? null : await store.get(key);
      if (value === null) absent.add(key);
      return value;
    },
  };
};

/** Shows the value before the last one: a replica that lags behind. */
const laggingBehind: Lie = (store) => {
  const before = new Map<string, string>();
  return {
    put: async (key, value) => {
      before.set(key, (await store.get(key)) ?? value);
      await store.put(key, value);
    },
    get: async (key) => before.get(key) ?? (await store.get(key)),
  };
};

/** Applies what was acknowledged only when it is asked for the third time. */
const late: Lie = (store) => {
  const asked = new Map<string, number>();
  return {
    get: async (key) => {
      const times = (asked.get(key) ?? 0) + 1;
      asked.set(key, times);
      return times < 3 ? null : store.get(key);
    },
  };
};

/** Of two replicas only one knows. */
const halfReplicated: Lie = (store) => {
  let asked = 0;
  return { get: async (key) => (++asked % 2 ? null : store.get(key)) };
};

const findingNothing: Lie = (store) => ({ get: async (key) => (await store.get(key)) ?? '' });

const readingHalf: Lie = (store) => ({
  get: async (key) => {
    const value = await store.get(key);
    return value && half(value);
  },
});

const losing: Lie = (store) => ({
  create: async (key, value) => {
    const answer = await store.create(key, value);
    await store.remove(key);
    return answer;
  },
});

const losingPuts: Lie = () => ({ put: async () => {} });

const sameLength: Lie = (store) => ({
  create: async (key, value): Promise<Created> => {
    const answer = await store.create(key, value);
    if (answer !== 'exists') return answer;
    return (await store.get(key))?.length === value.length ? 'mine' : 'exists';
  },
});

const listing =
  (change: (names: readonly string[]) => readonly string[]): Lie =>
  (store) => ({ list: async (prefix, after) => change(await store.list(prefix, after)) });

/** Each way in which a store lies, and what is said about it. */
export const LIES: readonly [how: string, lie: Lie, told: RegExp][] = [
  ['ignores the condition', unconditional, /write the same record.*created and created/],
  ['looks first and writes later', lookThenWrite, /write the same record.*created and created/],
  ['answers created to both', answering(() => 'created'), /answered with created and created/],
  ['answers exists to both', answering(() => 'exists'), /answered with exists and exists/],
  ['writes although it says exists', overwriting, /changes values|write the same record/],
  [
    'takes what is not its own for its own',
    answering((answer) => (answer === 'exists' ? 'mine' : answer)),
    /write the same record.*mine/,
  ],
  ['compares lengths instead of bytes', sameLength, /write the same record.*mine/],
  [
    'does not know its own bytes',
    answering((answer) => (answer === 'mine' ? 'exists' : answer)),
    /got the answer exists instead of mine/,
  ],
  ['acknowledges and loses', losing, /write the same record|loses values that it acknowledged/],
  ['acknowledges a heartbeat and loses it', losingPuts, /loses values that it acknowledged/],
  ['remembers that nothing was there', negativeCache, /loses values that it acknowledged/],
  ['shows what is there only later', late, /loses values that it acknowledged/],
  ['shows it to every other reader', halfReplicated, /loses values that it acknowledged/],
  [
    'finds an empty value where there is none',
    findingNothing,
    /returns values that were never written/,
  ],
  ['shows what was there before', laggingBehind, /changes values/],
  ['lists nothing', listing(() => []), /lists only some.*Of 2 .* 2 are missing/],
  ['lists all but the last', listing((names) => names.slice(0, -1)), /1 are missing/],
  ['lists all but the first', listing((names) => names.slice(1)), /1 are missing/],
  ['cuts values in half', writing(half), /truncates values|write the same record/],
  ['reads the first half only', readingHalf, /truncates values/],
  [
    'cuts off after 64 KiB',
    writing((value) => value.slice(0, 65_536)),
    /truncates|write the same record/,
  ],
  ['trims', writing((value) => value.trim()), /changes values/],
  ['normalises', writing((value) => value.normalize('NFC')), /changes values/],
  ['takes line ends for its own', writing((value) => value.replaceAll('\r\n', '\n')), /changes/],
  ['drops the mark of the byte order', writing((value) => value.replace('\ufeff', '')), /changes/],
  [
    'knows Latin-1 only',
    writing((value) => Buffer.from(value, 'latin1').toString('latin1')),
    /changes/,
  ],
  [
    'knows no character beyond the first plane',
    writing((value) => value.replaceAll(/[\ud800-\udfff]/g, '?')),
    /changes values/,
  ],
];
