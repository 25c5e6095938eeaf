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
    find: 'if (before !== null && record.prev !== before)',
    replace: 'if (before !== null && record.prev === record.hash)',
  },
  {
    ...journal,
    name: 'opening-follows-from-anything',
    sentence: 'The opening of a deployment of another past is believed.',
    find: 'const before = await hashBefore(store, target, last.chapter);',
    replace: 'const before = last.chapter === 1 ? await hashBefore(store, target, 1) : null;',
    caughtBy: tests('engine/journal-foreign'),
  },
  {
    ...record,
    name: 'foreign-log-believed',
    sentence: 'The opening of a deployment to another target is believed.',
    find: "if (body.kind === 'opened' && body.plan.target.id !== target)",
    replace: "if (body.kind === 'opened' && body.plan.target.id === '')",
    caughtBy: tests('engine/journal-foreign'),
  },
  {
    ...record,
    name: 'unknown-kind-passed-over',
    sentence: 'A record of a kind that is not known counts as none.',
    find: 'if (!Object.hasOwn(KINDS, String(body?.kind)))',
    replace: 'if (body === undefined)',
    caughtBy: tests('engine/journal-foreign'),
  },
  {
    file: 'src/engine/history.ts',
    name: 'damage-hides-the-rest',
    sentence: 'One damaged record hides every older deployment.',
    find: 'last = before instanceof DeployError ? await pastDamage(log, last.chapter - 1) : before;',
    replace: 'last = before instanceof DeployError ? null : before;',
    caughtBy: tests('engine/journal-foreign'),
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
