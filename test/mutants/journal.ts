import { type Mutant, named, tests } from './mutant.ts';

const journal = {
  file: 'src/engine/journal/journal.ts',
  caughtBy: tests('engine/journal/journal'),
} as const;
const head = {
  file: 'src/engine/journal/head.ts',
  caughtBy: tests('engine/journal/journal'),
} as const;
const record = {
  file: 'src/engine/journal/record.ts',
  caughtBy: tests('engine/journal/journal'),
} as const;
const newer = {
  file: 'src/engine/journal/newer-version.ts',
  caughtBy: tests('engine/journal/newer-version'),
} as const;
const rounds = {
  file: 'src/engine/run/reading-records.ts',
  caughtBy: tests('engine/run/reading-records'),
} as const;
const wire = {
  file: 'src/engine/journal/packing.ts',
  caughtBy: tests('engine/journal/packing'),
} as const;
const retry = {
  file: 'src/engine/world/patient-store.ts',
  caughtBy: tests('engine/world/patient-store'),
} as const;

/** The log. */
export const JOURNAL: readonly Mutant[] = [
  {
    ...journal,
    name: 'own-retry-is-foreign',
    sentence: 'A record whose answer was lost is taken for that of another holder.',
    find: "if (created === 'exists')",
    replace: "if (created !== 'created')",
    caughtBy: tests('engine/lock/session'),
  },
  {
    ...journal,
    name: 'log-is-no-fence',
    sentence: 'A holder goes on although another one wrote the record in its place.',
    find: "if (created === 'exists')",
    replace: "if (created === 'exists' && this.#head === null)",
    caughtBy: tests('engine/lock/session'),
  },
  {
    ...journal,
    name: 'written-after-the-unknown',
    sentence: 'After a record whose fate is unknown the log is written on.',
    find: 'if (this.#broken) throw this.#broken;',
    replace: '',
    caughtBy: tests('engine/lock/session'),
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
    find: 'return readListedHead(log, readHint(log));',
    replace: 'return readHead(log);',
    caughtBy: named('gone', 'engine/journal/damage'),
  },
  {
    ...head,
    name: 'lost-end-accepted',
    sentence: 'A log that has become shorter is written on.',
    find: 'const known = Math.max(hint?.proven ? hint.seq : 0, floor === 1 ? 0 : floor);',
    replace: 'const known = hint ? 0 : floor === 1 ? 0 : floor;',
    caughtBy: named('gone', 'engine/journal/damage'),
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
    find: '    hashBefore(log, last.chapter),',
    replace: '    last.chapter === 1 ? hashBefore(log, 1) : null,',
    caughtBy: tests('engine/journal/foreign'),
  },
  {
    ...record,
    name: 'foreign-log-believed',
    sentence: 'The opening of a deployment to another target is believed.',
    find: "if (body.kind === 'opened' && body.plan.target.id !== log.target)",
    replace: "if (body.kind === 'opened' && body.plan.target.id === '')",
    caughtBy: tests('engine/journal/foreign'),
  },
  {
    ...newer,
    name: 'unknown-kind-passed-over',
    sentence: 'A record of a kind that is not known counts as none.',
    find: 'if (!Object.hasOwn(RECORDS, kind))',
    replace: "if (kind === '')",
  },
  {
    file: 'src/engine/journal/history.ts',
    name: 'damage-hides-the-rest',
    sentence: 'One damaged record hides every older deployment.',
    find: 'last = isDeployError(before) ? await pastDamage({ ...log, floor }, last.chapter - 1) : before;',
    replace: 'last = isDeployError(before) ? null : before;',
    caughtBy: tests('engine/journal/foreign'),
  },
  {
    ...record,
    name: 'hash-unchecked',
    sentence: 'A record that was changed is believed.',
    find: 'if (at > 0 && sha256(without) === record.hash) return true;',
    replace: 'if (at > 0) return true;',
  },
  {
    ...newer,
    name: 'later-version-guessed',
    sentence: 'A record of a later format is read as if it were of this one.',
    find: 'if (v > RECORD_FORMAT)',
    replace: 'if (v > 1000)',
  },
  {
    ...newer,
    name: 'needs-unread',
    sentence: 'A plan that needs what this version does not know is carried out.',
    find: 'if (unknown !== undefined)',
    replace: "if (unknown === '')",
  },
  {
    ...newer,
    name: 'unknown-step-let-through',
    sentence: 'A step of a kind that is not known is let through to whoever performs it.',
    find: '!Object.hasOwn(ACTIONS, action.kind)',
    replace: "action.kind === ('' as never)",
  },
  {
    file: 'src/engine/upkeep/repair.ts',
    name: 'newer-is-mended',
    sentence: 'A mending goes on over what a newer version wrote.',
    find: 'if (newer) throw newerRecord(log, newer);',
    replace: '',
    caughtBy: tests('engine/journal/newer-version'),
  },
  {
    file: 'src/engine/upkeep/examine.ts',
    name: 'newer-is-damage',
    sentence: 'What a newer version wrote is taken for damage at the end of the log.',
    find: "newer ? 'newer' : verdictOn(",
    replace: "newer?.seq === 0 ? 'newer' : verdictOn(",
    caughtBy: tests('engine/journal/newer-version'),
  },
  {
    ...record,
    name: 'newer-holder-unrecognised',
    sentence: 'Who was taken over by a newer version is told of a damaged log instead.',
    file: 'src/engine/lock/session.ts',
    find: 'const record = parseEnvelope(this.journal.log, seq, text);',
    replace: 'const record = JSON.parse(text);\n      if (record.v > 1) throw new Error(text);',
    caughtBy: tests('engine/journal/newer-version'),
  },
  {
    ...rounds,
    name: 'each-reading-a-record',
    sentence: 'A long watch writes thousands of records.',
    find: '(now - this.#begun) / STEP_PARTS',
    replace: '0',
  },
  {
    ...rounds,
    name: 'news-held-back',
    sentence: 'A change of verdict waits for minutes until it is written down.',
    find: 'this.#isNews ||= former !== undefined && former !== judgement.verdict;',
    replace: '',
  },
  {
    ...rounds,
    name: 'gathered-without-end',
    sentence: 'Readings gather until no record can hold them.',
    find: 'if (this.#bytes >= value / 8) return true;',
    replace: '',
  },
  {
    ...wire,
    name: 'name-taken-for-the-release',
    sentence: 'Of two releases that share a name one comes back as the other.',
    find: 'canonicalJson(held) !== canonicalJson(release)',
    replace: 'held === null',
  },
  {
    ...wire,
    name: 'missing-release-passed-over',
    sentence: 'A plan comes back without a release that its record lost.',
    find: 'if (release === undefined) throw',
    replace: 'if (release === null) throw',
  },
  {
    ...wire,
    name: 'release-in-every-step',
    sentence: 'Records hold a release as often as a step names it, and outgrow the store.',
    find: "...step, action: inMembers(step.action, ['release', 'from'], swap)",
    replace: '...step',
  },
  {
    ...retry,
    name: 'full-disk-tried-again',
    sentence: 'A store that can never take the record is asked again and again.',
    find: "failure === 'permanent' || ",
    replace: '',
  },
  {
    ...retry,
    name: 'ended-token-waited-for',
    sentence:
      'Credentials that nobody renews keep a deployment for as long as a store that is away.',
    find: 'denied !== undefined && spent > denied',
    replace: 'denied !== undefined && spent > within',
    caughtBy: tests('engine/lock/store-outage'),
  },
  {
    ...retry,
    name: 'clients-in-step',
    sentence: 'Many clients try again at the same moment.',
    find: 'world.random.next() * bound',
    replace: 'bound',
  },
];
