import { type Mutant, named, tests } from './mutant.ts';

const journal = { file: 'src/engine/journal.ts', caughtBy: tests('engine/journal') } as const;
const head = { file: 'src/engine/head.ts', caughtBy: tests('engine/journal') } as const;
const record = { file: 'src/engine/record.ts', caughtBy: tests('engine/journal') } as const;
const retry = { file: 'src/engine/retry.ts', caughtBy: tests('engine/retry') } as const;

/** The log. */
export const JOURNAL: readonly Mutant[] = [
  {
    ...journal,
    name: 'own-retry-is-foreign',
    sentence: 'A record whose answer was lost is taken for that of another holder.',
    find: "if (created === 'exists')",
    replace: "if (created !== 'created')",
    caughtBy: tests('engine/store-trouble'),
  },
  {
    ...journal,
    name: 'log-is-no-fence',
    sentence: 'A holder goes on although another one wrote the record in its place.',
    find: "if (created === 'exists')",
    replace: "if (created === 'exists' && this.#head === null)",
    caughtBy: tests('engine/store-trouble'),
  },
  {
    ...journal,
    name: 'written-after-the-unknown',
    sentence: 'After a record whose fate is unknown the log is written on.',
    find: 'if (this.#broken) throw this.#broken;',
    replace: '',
    caughtBy: tests('engine/store-trouble'),
  },
  {
    ...journal,
    name: 'appends-do-not-queue',
    sentence: 'Two records of one holder want the same number.',
    find: 'const written = this.#queue.then(() => this.#write(entry));',
    replace: 'const written = this.#write(entry);',
  },
  {
    ...head,
    name: 'head-hint-trusted',
    sentence: 'The hint where the log ends is believed.',
    find: 'if (reached === 0) return seq;',
    replace: 'return seq;',
  },
  {
    ...head,
    name: 'gap-taken-for-the-end',
    sentence: 'Records that are gone look like the end of the log, and are written over.',
    find: 'if (gap === 0 || (gap > 0 && seen.includes(true, gap))) return null;',
    replace: 'if (gap === 0) return null;',
  },
  {
    ...head,
    name: 'writes-from-a-hint',
    sentence: 'Whoever will write takes a wide gap behind the hint for the end of the log.',
    find: 'return readListedHead(store, target, readHint(store, target));',
    replace: 'return readHead(store, target);',
    caughtBy: named('gone', 'engine/journal-damage'),
  },
  {
    ...head,
    name: 'lost-end-accepted',
    sentence: 'A log that has become shorter is written on.',
    find: 'const known = Math.max(hint?.proven ? hint.seq : 0, floor === 1 ? 0 : floor);',
    replace: 'const known = hint ? 0 : floor === 1 ? 0 : floor;',
    caughtBy: named('gone', 'engine/journal-damage'),
  },
  {
    ...journal,
    name: 'chain-unchecked',
    sentence: 'A record of another history in the middle of the log is believed.',
    find: 'if (before && record.prev !== before.hash)',
    replace: 'if (before && record.prev === record.hash)',
  },
  {
    ...record,
    name: 'hash-unchecked',
    sentence: 'A record that was changed is believed.',
    find: 'if (at > 0 && sha256(without) === record.hash) return true;',
    replace: 'if (at > 0) return true;',
  },
  {
    ...record,
    name: 'later-version-guessed',
    sentence: 'A record of a later format is read as if it were of this one.',
    find: 'if (record?.v !== 1)',
    replace: 'if (!(record?.v >= 1))',
  },
  {
    ...retry,
    name: 'full-disk-tried-again',
    sentence: 'A store that can never take the record is asked again and again.',
    find: "failureClass(error) === 'permanent' || ",
    replace: '',
  },
  {
    ...retry,
    name: 'clients-in-step',
    sentence: 'Many clients try again at the same moment.',
    find: 'world.random.next() * bound',
    replace: 'bound',
  },
];
