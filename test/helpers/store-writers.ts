import { createFileStore } from '../../stores/file/index.ts';

/** A race for one key: every writer brings a value of so many of its own letter. */
export interface Race {
  readonly key: string;
  readonly size: number;
}

/** What the writers of one process were answered, and the values they then saw, as a letter each. */
export interface Finish {
  readonly won: readonly string[];
  readonly seen: readonly string[];
}

/** A process of its own with a writer for each letter; all of them want the key of every race. */
const [folder = '', letters = ''] = process.argv.slice(2);
const store = createFileStore(folder);

/** The letter that a value is made of; more than that where it is torn. */
const letterOf = (value: string | null, size: number) =>
  value === value?.[0]?.repeat(size) ? (value?.[0] ?? '') : `torn: ${value?.length} of ${size}`;

async function write(letter: string, { key, size }: Race) {
  const before = await store.get(key);
  const answer = await store.create(key, letter.repeat(size));
  const after = await store.get(key);
  const reads = before === null ? [after] : [before, after];
  return { letter, answer, seen: reads.map((value) => letterOf(value, size)) };
}

process.on('message', async (race: Race) => {
  const ends = await Promise.all([...letters].map((letter) => write(letter, race)));
  const finish: Finish = {
    won: ends.flatMap(({ letter, answer }) => (answer === 'created' ? [letter] : [])),
    seen: ends.flatMap(({ seen }) => seen),
  };
  process.send?.(finish);
});
