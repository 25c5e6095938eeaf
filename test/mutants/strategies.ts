import { type Mutant, tests } from './mutant.ts';

const canary = {
  file: 'strategies/canary/plan.ts',
  caughtBy: tests('strategies/canary/plan'),
} as const;
const rolling = {
  file: 'strategies/rolling/plan.ts',
  caughtBy: tests('strategies/rolling/plan'),
} as const;
const rollingPace = { ...rolling, file: 'strategies/rolling/pace.ts' } as const;
const parts = {
  file: 'strategies/parts/steps.ts',
  caughtBy: tests('strategies/blue-green/plan'),
} as const;

/** The plans that strategies make. */
export const STRATEGIES: readonly Mutant[] = [
  {
    file: 'strategies/parts/refusals.ts',
    name: 'no-place-planned-for',
    sentence: 'A release is started where no place is left for it.',
    find: 'if (places === null || others + 1 <= places) return;',
    replace: 'if (places === null || others <= places) return;',
    caughtBy: tests('strategies/platforms'),
  },
  {
    file: 'strategies/return/return-plan.ts',
    name: 'no-room-for-a-return',
    sentence: 'A rollback to a third release meets places that are all taken.',
    find: 'if (places === null || others.length + 1 <= places) return [];',
    replace: 'if (places !== others.length + 100) return [];',
    caughtBy: tests('strategies/platforms'),
  },
  {
    file: 'strategies/parts/steps.ts',
    name: 'scaled-where-nothing-scales',
    sentence: 'A plan scales what the platform scales by itself.',
    find: 'if (!canScale(capabilities)) return [];',
    replace: '',
    caughtBy: tests('strategies/platforms'),
  },
  {
    file: 'strategies/blue-green/plan.ts',
    name: 'previewed-under-traffic',
    sentence:
      'What is to be checked before the switch has all of the traffic as soon as it is started.',
    find: "  refuseEarlyTraffic('a blue-green deployment', capabilities);\n",
    replace: '',
    caughtBy: tests('strategies/platforms'),
  },
  {
    file: 'strategies/parts/steps.ts',
    name: 'minutes-of-building-not-counted',
    sentence:
      'A platform that builds for minutes is given the seconds of one that starts a process.',
    find: 'deadline: limit + worst + after',
    replace: 'deadline: limit + after',
    caughtBy: tests('strategies/platforms'),
  },
  {
    file: 'strategies/parts/whole.ts',
    name: 'first-deployment-over-others',
    sentence: 'All of the traffic is taken off whoever has it, because nobody is marked as live.',
    find: 'if (isFirst) refuseUnknownServing(observation, release);',
    replace: '',
    caughtBy: tests('strategies/contract'),
  },
  {
    file: 'strategies/canary/last-stage.ts',
    name: 'last-stage-skipped',
    sentence: 'A canary whose stages end below 100 % never gets there.',
    find: 'stages.at(-1)?.weight === 100 ? stages',
    replace: 'stages.length > 0 ? stages',
    caughtBy: tests('strategies/canary/plan'),
  },
  {
    ...canary,
    name: 'stage-unwatched',
    sentence: 'The gates do not watch the stages of a canary.',
    find: 'hold(scene, { title, duration, watch, weight })',
    replace: 'hold(scene, { title, duration, watch: [], weight })',
  },
  {
    ...canary,
    name: 'approval-forgotten',
    sentence: 'Nobody is asked before the last stage of a canary.',
    find: 'stage.approval ?? (isLast ? settings.approval : null)',
    replace: 'stage.approval',
  },
  {
    ...canary,
    name: 'scaled-too-late',
    sentence: 'A stage does not raise the capacity before it raises the weight.',
    find: '...(capacity > from.capacity ? scale(scene, capacity, from.weight) : []),',
    replace: '',
  },
  {
    ...canary,
    name: 'overload-planned',
    sentence: 'A stage with less capacity than weight is planned.',
    find: 'if (capacity >= weight) return;',
    replace: 'if (capacity >= 0) return;',
  },
  {
    ...rollingPace,
    name: 'batch-too-large',
    sentence: 'A batch replaces more units than the plan allows to be missing or extra.',
    find: 'batch: Math.min(batch, Math.max(1, room), of),',
    replace: 'batch: Math.min(batch, of),',
  },
  {
    ...rollingPace,
    name: 'too-many-missing',
    sentence: 'A share of units that may be missing is rounded up.',
    find: 'units(settings.maxUnavailable, of, Math.floor)',
    replace: 'units(settings.maxUnavailable, of, Math.ceil)',
  },
  {
    ...rollingPace,
    name: 'last-batch-short',
    sentence: 'The last units are never replaced where the batches do not come out even.',
    find: 'const last = Math.ceil((pace.of - already) / pace.batch);',
    replace: 'const last = Math.max(1, Math.floor((pace.of - already) / pace.batch));',
  },
  {
    file: 'strategies/parts/scene.ts',
    name: 'weights-off-by-one',
    sentence: 'The weights of a split do not sum to 100.',
    find: 'return Math.round((100 - weight) * 1e6) / 1e6;',
    replace: 'return Math.round((99 - weight) * 1e6) / 1e6;',
    caughtBy: tests('strategies/contract'),
  },
  {
    ...parts,
    name: 'promoted-before-100',
    sentence: 'The candidate is the live version before it has all of the traffic.',
    find: "phase: 'promote',",
    replace: "phase: 'start',",
  },
  {
    ...parts,
    name: 'retired-before-promoted',
    sentence: 'The old version is removed before the new one is promoted.',
    find: "    phase: 'retire',\n    title: `retire",
    replace: "    phase: 'shift',\n    title: `retire",
  },
  {
    ...parts,
    name: 'cleared-away-in-mid-shift',
    sentence: 'Left-overs are cleared away while two releases share the traffic.',
    find: 'if (isUnsettled(scene)) return [];',
    replace: '',
    caughtBy: tests(
      'strategies/canary/plan',
      'strategies/blue-green/plan',
      'strategies/rolling/plan',
    ),
  },
  {
    file: 'strategies/parts/refusals.ts',
    name: 'unroutable-planned',
    sentence: 'A weight that the target cannot route is planned.',
    find: 'if (wrong.length === 0) return;',
    replace: 'if (wrong.length >= 0) return;',
    caughtBy: tests('strategies/canary/plan'),
  },
  {
    file: 'strategies/parts/course.ts',
    name: 'clean-up-turns-round',
    sentence: 'A clean-up that fails takes a proven version off the traffic.',
    find: "return phase === 'retire' ? 'hold' : 'rollback';",
    replace: "return 'rollback';",
    caughtBy: tests('strategies/blue-green/plan'),
  },
  {
    file: 'strategies/return/return-plan.ts',
    name: 'cold-release-thought-warm',
    sentence: 'A return routes to a release that is not at full capacity.',
    find: "seen.health === 'healthy' && (seen.capacity ?? 100) >= 100",
    replace: 'seen.ready >= 0',
    caughtBy: tests('strategies/return/return-plan'),
  },
];
