import { type Mutant, tests } from './mutant.ts';

const PRUNING = tests(
  'engine/upkeep/prune',
  'engine/upkeep/prune-at-end',
  'engine/upkeep/prune-beside-others',
  'engine/upkeep/prune-floor',
  'engine/upkeep/prune-while-asleep',
);
const prune = {
  file: 'src/engine/upkeep/prune.ts',
  caughtBy: PRUNING,
} as const;
const mend = {
  file: 'src/engine/upkeep/repair.ts',
  caughtBy: tests('engine/upkeep/repair'),
} as const;
const beside = { caughtBy: tests('engine/journal/beside') } as const;

/** What is taken out of a journal, put aside in it, or lies beside its log. */
export const RETENTION: readonly Mutant[] = [
  {
    ...prune,
    name: 'live-release-pruned',
    sentence: 'The deployment that made live what is live is pruned.',
    find: '    if (!this.#isLiveSeen) {',
    replace: '    if (this.#seen > 1) return false;\n    if (!this.#isLiveSeen) {',
  },
  {
    ...prune,
    name: 'previous-release-pruned',
    sentence: 'What a rollback goes back to is pruned.',
    find: 'if (release.id !== this.#before?.id) return false;',
    replace: 'if (release.id !== this.#before?.id || this.#seen > 0) return false;',
  },
  {
    ...prune,
    name: 'unfinished-deployment-pruned',
    sentence: 'An unfinished deployment counts as one that may go.',
    find: 'Math.max(1, keep)',
    replace: 'keep',
  },
  {
    ...prune,
    name: 'takeover-pruned-at-once',
    sentence: 'A takeover is pruned before the former holder can know that it slept.',
    find: 'this.#now - last.at < PRUNED_UNNOTICED_MS',
    replace: 'this.#now < 0',
  },
  {
    file: 'src/engine/lock/session.ts',
    name: 'sleeper-believes-its-record',
    sentence: 'Who slept until its successor was pruned reports an end that nobody will read.',
    find: '() => this.#expectKept(record.seq)',
    replace: 'async () => {}',
    caughtBy: PRUNING,
  },
  {
    ...prune,
    name: 'removed-before-it-is-said',
    sentence: 'Records are removed before it is durable that they were pruned.',
    find: '    await log.store.create(keys.floor(log.target, floor.seq), floorText(floor));\n    await sweep(log);',
    replace:
      '    await removeAll(log.store, pruneKeysOf(log.target, [step[0]?.first ?? 0], keys.record));\n    await log.store.create(keys.floor(log.target, floor.seq), floorText(floor));\n    await sweep(log);',
  },
  {
    ...prune,
    name: 'interrupted-pruning-forgotten',
    sentence: 'What a killed pruning left is never removed.',
    find: '  await sweep(log);\n  const { spent, kept, base }',
    replace: '  const { spent, kept, base }',
  },
  {
    ...prune,
    name: 'wish-of-the-kept-pruned',
    sentence: 'Wishes to deployments that are kept are removed with the others.',
    find: 'opening.body.controlSeq + 1 : 1;',
    replace: 'opening.body.controlSeq + 2 : 1;',
  },
  {
    file: 'src/engine/journal/history.ts',
    name: 'pruned-is-not-found',
    sentence: 'A deployment that was pruned is said never to have been.',
    find: 'return matching.length === 1 ? prunedDeployment',
    replace: 'return matching.length > 1 ? prunedDeployment',
    caughtBy: PRUNING,
  },
  {
    file: 'src/engine/journal/record.ts',
    name: 'loss-taken-for-pruning',
    sentence: 'A record that is lost counts as pruned.',
    find: 'seq < (await floorOf(log))) return record;',
    replace: 'seq <= (await floorOf(log))) return record;',
    caughtBy: PRUNING,
  },
  {
    file: 'src/engine/lock/session.ts',
    name: 'pruned-successor-unseen',
    sentence: 'Who slept until its successor was pruned acts on.',
    find: 'if (seq < (await floorOf(this.journal.log))) throw outlivedError();',
    replace: '',
    caughtBy: PRUNING,
  },
  {
    file: 'src/engine/upkeep/prune-at-end.ts',
    name: 'pruning-fails-the-deployment',
    sentence: 'A deployment that has succeeded fails because nothing can be pruned.',
    find: '.catch(({ message }: Error) => message);',
    replace: ';',
    caughtBy: PRUNING,
  },
  {
    ...mend,
    name: 'damage-thrown-away',
    sentence: 'A damaged record is removed without a copy of it.',
    find: '  await log.store.create(keys.setAside(log.target, seq, lost), text);',
    replace: '',
  },
  {
    ...mend,
    name: 'repair-frees-a-number',
    sentence: 'After a repair somebody who acts for the lost records finds its next number free.',
    find: '  const until = end + 1;',
    replace: '  const until = end;',
  },
  {
    ...mend,
    name: 'repair-under-the-holder',
    sentence: 'A log is repaired although somebody acts on its target.',
    find: '  await expectNobody(world, target, state);',
    replace: '',
  },
  {
    ...mend,
    name: 'half-a-repair-looks-whole',
    sentence: 'A log whose repair was killed looks like one that ended earlier.',
    find: '  await log.store.put(keys.head(log.target), hintText(log.target, from + records.length - 1));',
    replace: '',
  },
  {
    ...beside,
    file: 'src/engine/lock/control.ts',
    name: 'damaged-wish-heard',
    sentence: 'A wish that was damaged is heard as another one.',
    find: 'hashOf(control) === hash;',
    replace: "hashOf(control) !== '';",
  },
  {
    ...beside,
    file: 'src/engine/lock/inbox.ts',
    name: 'damaged-wish-silences-all',
    sentence: 'A wish that cannot be read keeps all later ones from being heard.',
    find: '    this.#passedOver = seq;',
    replace: '    void seq;',
  },
  {
    ...beside,
    file: 'src/engine/lock/lock.ts',
    name: 'new-journal-is-refused',
    sentence: 'A journal that is begun anew is refused by the platform as an older one.',
    find: 'Math.floor(clock.wall());',
    replace: 'Math.floor(clock.wall() * 0);',
  },
];
