import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Created, Store } from '../../../src/contract/index.ts';
import { createFileStore } from '../../../stores/file/index.ts';
import { mulberry } from '../../helpers/mulberry.ts';
import { type Choice, type Power, VolatileDisk } from './volatile-disk.ts';

const FOLDER = '/home/state/journal';
const LOG = 'targets/shop/log';
const HEARTBEAT = 'targets/shop/heartbeat';

/** The same choices each time for the same seed. */
function chance(seed: number): Choice {
  const next = mulberry(seed);
  return (ways) => Math.floor(next() * ways);
}

/** Every way in which choices can turn out, or many of them where there are too many. */
function* everyChoice(): Generator<Choice> {
  let script: number[] = [];
  for (let way = 0; way < 16; way++) {
    const taken: [chosen: number, ways: number][] = [];
    yield (ways) => {
      const chosen = script[taken.length] ?? 0;
      taken.push([chosen, ways]);
      return chosen;
    };
    while (taken.length > 0 && (taken.at(-1)?.[0] ?? 0) + 1 === taken.at(-1)?.[1]) taken.pop();
    if (taken.length === 0) return;
    script = taken.map(([chosen]) => chosen);
    script[script.length - 1] = (script.at(-1) ?? 0) + 1;
  }
  for (let seed = 0; seed < 8; seed++) yield chance(seed);
}

interface Write {
  readonly key: string;
  readonly value: string;
  answer: Created | null;
}

/** One process: it writes its records one after the other, and notes what was acknowledged. */
async function work(store: Store, name: string, writes: Write[]): Promise<void> {
  const create = async (key: string) => {
    const write: Write = { key, value: `${key} by ${name}`, answer: null };
    writes.push(write);
    write.answer = await store.create(key, write.value);
  };
  await create(`deployments/${name}`);
  for (const number of [1, 2]) {
    await create(`${LOG}/${number}`);
    await store.put(HEARTBEAT, `sign ${number} of ${name}`);
  }
  await store.put(`deployments/${name}-done`, 'done');
  await store.remove(`deployments/${name}-done`);
}

/** What a store that has lived through a power cut may not say. */
async function complaints(store: Store, writes: readonly Write[]): Promise<string[]> {
  const found: string[] = [];
  const expected = (what: string, isTrue: boolean) => isTrue || found.push(what);
  for (const key of new Set(writes.map((write) => write.key))) {
    const tries = writes.filter((write) => write.key === key);
    const value = await store.get(key);
    expected(`${key} is torn`, value === null || tries.some((write) => write.value === value));
    for (const { answer, value: own } of tries) {
      if (answer === 'exists') expected(`${key} was there`, value !== null && value !== own);
      else if (answer) expected(`${key} was ${answer}, and is lost`, value === own);
    }
    const isListed = (await store.list(key.slice(0, key.lastIndexOf('/')))).some((name) =>
      key.endsWith(`/${name}`),
    );
    expected(`${key} is listed as it is there`, isListed === (value !== null));
    const answer = await store.create(key, 'another value');
    expected(`${key} is not taken twice`, answer === (value === null ? 'created' : 'exists'));
  }
  const beat = await store.get(HEARTBEAT);
  expected('the heartbeat is torn', beat === null || /^sign \d of \w+$/.test(beat));
  return found;
}

/** Everything that is wrong in any world that a power cut at this moment may leave. */
async function complaintsAfterCut(disk: VolatileDisk, writes: readonly Write[]): Promise<string[]> {
  const found = new Set<string>();
  for (const choice of everyChoice()) {
    const store = createFileStore(FOLDER, disk.afterCut(choice).process());
    for (const complaint of await complaints(store, writes)) found.add(complaint);
  }
  return [...found];
}

/** Some processes at work on one disk until its power goes; what is then wrong. */
async function cutAfter(names: readonly string[], power: Power) {
  const disk = new VolatileDisk(power);
  const writes: Write[] = [];
  const done = Promise.all(
    names.map((name) => work(createFileStore(FOLDER, disk.process()), name, writes)),
  );
  const isOver = await Promise.race([done.then(() => true), quiet().then(() => false)]);
  return { isOver, found: await complaintsAfterCut(disk, writes) };
}

/** Nothing of it waits for anything but its turn, so that one round of the loop is enough. */
const quiet = () => setImmediate();

/** What is wrong first, and after how many operations; nothing when all that was to be done is done. */
async function cutAtEveryOperation(names: readonly string[], power: Power = {}) {
  for (let operations = 0; ; operations++) {
    const { isOver, found } = await cutAfter(names, { ...power, cutAfter: operations });
    if (found.length > 0) return `cut after ${operations} operations: ${found.join('; ')}`;
    if (isOver) return '';
  }
}

describe('a power cut after any operation of the file store', { timeout: 60_000 }, () => {
  test('leaves all that was acknowledged, and of the rest all or nothing', async () => {
    expect(await cutAtEveryOperation(['ann'])).toBe('');
  });

  test.each([1, 2])('also where two processes race for the same numbers, seed %i', async (seed) => {
    const delay = chance(seed);
    expect(await cutAtEveryOperation(['ann', 'bob'], { delay })).toBe('');
  });

  test.each<[ignores: Power['ignores'], complaint: RegExp]>([
    ['files', /is torn/],
    ['folders', /was created, and is lost/],
  ])('would be seen to lose records if %s were not synced', async (ignores, complaint) => {
    expect(await cutAtEveryOperation(['ann'], { ignores })).toMatch(complaint);
  });
});

describe('what a killed process left is made durable by the next that is told of it', () => {
  const KEY = `${LOG}/1`;

  /** One is killed after so many operations, another writes the same key, then the power goes. */
  async function killedThenCut(operations: number, value: string) {
    const disk = new VolatileDisk();
    const killed = createFileStore(FOLDER, disk.process(operations)).create(KEY, 'ours');
    await Promise.race([killed, quiet()]);
    const answer = await createFileStore(FOLDER, disk.process()).create(KEY, value);
    return {
      answer,
      found: await complaintsAfterCut(disk, [
        { key: KEY, value: 'ours', answer: null },
        { key: KEY, value, answer },
      ]),
    };
  }

  test.each(['ours', 'theirs'])('where it writes %s', async (value) => {
    const answers = new Set<Created>();
    for (let operations = 0; operations < 30; operations++) {
      const { answer, found } = await killedThenCut(operations, value);
      expect(found.join('; '), `killed after ${operations} operations`).toBe('');
      answers.add(answer);
    }
    expect([...answers].sort()).toEqual(['created', value === 'ours' ? 'mine' : 'exists'].sort());
  });
});
