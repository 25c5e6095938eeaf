import { type Mutant, tests } from './mutant.ts';

const journal = { file: 'src/engine/journal.ts', caughtBy: tests('engine/journal') } as const;
const file = { file: 'src/stores/file.ts', caughtBy: tests('stores/file') } as const;
const retry = { file: 'src/engine/retry.ts', caughtBy: tests('engine/retry') } as const;

/** The log and the stores that keep it. */
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
    ...journal,
    name: 'head-hint-trusted',
    sentence: 'The hint where the log ends is believed.',
    find: 'for (let stride = 1; ; stride *= 2) {',
    replace: 'for (let stride = 1; seq === 0; stride *= 2) {',
  },
  {
    ...journal,
    name: 'gap-taken-for-the-end',
    sentence: 'A record that is gone looks like the end of the log, and is written over.',
    find: 'if (await tryRecord(store, target, seq + 2)) await readRecord(store, target, seq + 1);',
    replace: '',
  },
  {
    ...journal,
    name: 'chain-unchecked',
    sentence: 'A record of another history in the middle of the log is believed.',
    find: 'if (before && record.prev !== before.hash)',
    replace: 'if (before && record.prev === record.hash)',
  },
  {
    ...journal,
    name: 'hash-unchecked',
    sentence: 'A record that was changed is believed.',
    find: 'record.seq !== seq || hashOf(rest) !== hash',
    replace: 'record.seq !== seq || hashOf(rest) === ""',
  },
  {
    ...journal,
    name: 'damaged-record-skipped',
    sentence: 'A record that cannot be read is treated as absent.',
    find: "throw damaged(store, target, seq, 'it is not JSON');",
    replace: 'return null as never;',
  },
  {
    ...journal,
    name: 'later-version-guessed',
    sentence: 'A record of a later format is read as if it were of this one.',
    find: 'if (record?.v !== 1)',
    replace: 'if (!(record?.v >= 1))',
  },
  {
    ...file,
    name: 'no-fsync',
    sentence: 'A record is acknowledged before it is on the disk.',
    find: '    await file.sync();\n',
    replace: '',
  },
  {
    ...file,
    name: 'folder-not-synced-for-mine',
    sentence: 'A record that was there already is acknowledged before its name is on the disk.',
    find: 'Promise.all([file.close(), unlink(temporary), syncFolder(dirname(path))]),\n  );',
    replace:
      'Promise.all([file.close(), unlink(temporary)]),\n  );\n  if (isNew) await syncFolder(dirname(path));',
  },
  {
    ...file,
    name: 'lost-race-is-won',
    sentence: 'Two writers both believe that they wrote the record.',
    find: "if (isCode(error, 'EEXIST')) return false;",
    replace: "if (isCode(error, 'EEXIST')) return true;",
  },
  {
    ...file,
    name: 'own-value-is-foreign',
    sentence: 'A value that is written again is taken for that of somebody else.',
    find: "=== value ? 'mine' : 'exists'",
    replace: "=== value ? 'exists' : 'exists'",
  },
  {
    ...file,
    name: 'leftovers-listed',
    sentence: 'What a killed writer left unfinished is listed as a record.',
    find: ".filter((name) => !name.endsWith('.tmp'))",
    replace: '',
  },
  {
    ...file,
    name: 'open-folder-accepted',
    sentence: 'Records are kept where other users can replace them.',
    find: 'if (mode & 0o022) {',
    replace: 'if (mode & 0o4000) {',
  },
  {
    file: 'src/stores/prove.ts',
    name: 'store-not-proven',
    sentence: 'A store that does not keep two writers apart is accepted.',
    find: "answers.toSorted().join() === 'created,exists' && again === 'mine'",
    replace: "answers.includes('created')",
    caughtBy: tests('stores/prove'),
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
