import { type Mutant, tests } from './mutant.ts';

const file = { file: 'stores/file/index.ts', caughtBy: tests('stores/file/file') } as const;
const powerCut = { caughtBy: tests('stores/file/power-cut') } as const;
const folders = { file: 'stores/file/folders.ts' } as const;
const trust = { file: 'stores/file/trust.ts', caughtBy: tests('stores/file/trust') } as const;
const prove = { file: 'stores/kit/prove.ts', caughtBy: tests('stores/kit/prove') } as const;

/** Where the log is kept: what is durable, what is believed, and what is put to the proof. */
export const STORES: readonly Mutant[] = [
  {
    ...file,
    ...powerCut,
    name: 'no-fsync',
    sentence: 'A record is acknowledged before it is on the disk.',
    find: '      await file.sync();\n',
    replace: '',
  },
  {
    ...file,
    name: 'folder-not-synced-for-mine',
    sentence: 'A record that was there already is acknowledged before its name is on the disk.',
    find: "if (isNew) return 'created';\n",
    replace:
      "if (isNew) return this.#folders.sync(dirname(path)).then(() => 'created' as const);\n",
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
    find: '.filter(isName)',
    replace: '',
  },
  {
    ...file,
    name: 'written-in-place',
    sentence: 'A heartbeat is seen half written.',
    find: 'await this.#disk.rename(temporary, path).finally(() => file.close());',
    replace:
      'await this.#disk.unlink(path).catch(() => {});\n    await this.#disk.rename(temporary, path).finally(() => file.close());',
  },
  {
    ...file,
    name: 'link-followed',
    sentence: 'A symbolic link in the place of a record is read through.',
    find: 'constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK',
    replace: 'constants.O_RDONLY | constants.O_NONBLOCK',
    caughtBy: tests('stores/file/trust'),
  },
  {
    ...file,
    name: 'half-characters-stored',
    sentence: 'A value comes back as another one.',
    find: 'files.create(path(key), checkValue(value, FILE_STORE_LIMITS.value))',
    replace: 'files.create(path(key), value)',
  },
  {
    ...folders,
    ...powerCut,
    name: 'folders-of-the-dead-not-synced',
    sentence: 'A record is acknowledged in a folder that a killed process made and never synced.',
    find: '      await this.trust(folder);\n      await this.#disk.mkdir(',
    replace: '      if (await this.trust(folder)) return;\n      await this.#disk.mkdir(',
  },
  {
    ...folders,
    name: 'written-before-trusted',
    sentence: 'Folders are made where other users may write.',
    find: '      await this.trust(folder);\n      await this.#disk.mkdir(',
    replace: '      await this.#disk.mkdir(',
    caughtBy: tests('stores/file/trust'),
  },
  {
    ...folders,
    name: 'only-the-top-is-looked-at',
    sentence: 'A log that other users may write to is believed.',
    find: 'for (const path of this.#downTo(folder)) if',
    replace: 'for (const path of this.#downTo(folder).slice(0, 1)) if',
    caughtBy: tests('stores/file/trust'),
  },
  {
    ...trust,
    name: 'open-folder-accepted',
    sentence: 'Records are kept where other users can replace them.',
    find: 'if (entry.mode & 0o022)',
    replace: 'if (entry.mode & 0o002)',
  },
  {
    ...trust,
    name: 'linked-folder-accepted',
    sentence: 'A link where a folder of the journal should be is followed.',
    find: 'if (!isTop || !isTrustedOwner(entry.uid))',
    replace: 'if (!isTrustedOwner(entry.uid))',
  },
  {
    ...prove,
    name: 'store-not-proven',
    sentence: 'A store that lets two writers write the same record is accepted.',
    find: "answers.toSorted().join() !== 'created,exists'",
    replace: "!answers.includes('created')",
  },
  {
    ...prove,
    name: 'cut-values-accepted',
    sentence: 'A store that cuts long records off is accepted.',
    find: 'if (read === written) return null;',
    replace: 'if (read !== null && written.startsWith(read)) return null;',
  },
  {
    ...prove,
    name: 'short-list-accepted',
    sentence: 'A store that lists only some of its values is accepted.',
    find: 'notListed([record, beat], names)',
    replace: 'notListed([], names)',
  },
];
