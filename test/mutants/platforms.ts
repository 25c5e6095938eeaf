import { type Mutant, tests } from './mutant.ts';

const memory = {
  file: 'providers/memory/operations.ts',
  caughtBy: tests('providers/memory/contract'),
} as const;
const refusals = {
  file: 'strategies/parts/refusals.ts',
  caughtBy: tests('strategies/canary/plan'),
} as const;

/** What a platform says of itself, and what is made of it. */
export const PLATFORMS: readonly Mutant[] = [
  {
    file: 'src/engine/plan/labels.ts',
    name: 'unfilled-name-asked',
    sentence: 'A question by a name that nothing here is called by is found out in mid-deployment.',
    find: '!known.has(label)',
    replace: 'known.size < 0',
    caughtBy: tests('engine/plan/labels'),
  },
  {
    file: 'gates/health/source.ts',
    name: 'unknown-health-passes',
    sentence: 'A platform that cannot tell the health of a release counts as healthy.',
    find: "value === 0 && health === 'unknown'",
    replace: "value < 0 && health === 'unknown'",
    caughtBy: tests('gates/health/source'),
  },
  {
    file: 'src/engine/plan/unwind.ts',
    name: 'own-time-not-counted-back',
    sentence: 'A platform that takes minutes is given none of them on the way back.',
    find: '(takes[action.kind]?.worst ?? 0) + propagation',
    replace: '0',
    caughtBy: tests('engine/plan/unwind'),
  },
  {
    ...refusals,
    name: 'impossible-operation-planned',
    sentence: 'A strategy is planned whose operations the platform cannot carry out.',
    find: 'if (why === undefined) return;',
    replace: 'if (why !== null) return;',
    caughtBy: tests('strategies/rolling/plan'),
  },
  {
    ...refusals,
    name: 'impossible-match-planned',
    sentence: 'Requests are to be told apart by what the router cannot see.',
    find: 'if (!rule?.[kind] || match[kind]) continue;',
    replace: 'if (rule || match[kind]) continue;',
  },
  {
    file: 'src/engine/run/capacity.ts',
    name: 'coupled-capacity-waited-for',
    sentence: 'Where capacity follows the weight, the weight waits for the capacity for ever.',
    find: '= capabilities.coupled\n',
    replace: '= capabilities.coupled && back\n',
    caughtBy: tests('engine/run/capacity'),
  },
  {
    ...memory,
    name: 'batch-in-units-of-the-plan',
    sentence: 'A batch is so many units, also where there are three times as many by now.',
    find: 'Math.ceil((units * replaced) / of);',
    replace: 'Math.min(units, Math.ceil((of * replaced) / of));',
  },
  {
    ...memory,
    name: 'impossible-operation-taken',
    sentence: 'What the platform says it cannot do it does all the same.',
    find: 'if (why !== undefined) throw',
    replace: 'if (why === null) throw',
  },
  {
    ...memory,
    name: 'early-traffic-not-given',
    sentence: 'A release that is said to have traffic at its start has none.',
    find: 'if (!startsWithTraffic || first === undefined',
    replace: 'if (startsWithTraffic || first === undefined',
  },
  {
    file: 'stores/kit/value.ts',
    name: 'listed-from-the-start',
    sentence: 'Who asks for the newest names is given all of them, each time.',
    find: 'names.filter((name) => name > after)',
    replace: 'names',
    caughtBy: tests('stores/memory/memory'),
  },
  {
    file: 'stores/kit/value.ts',
    name: 'oversized-value-taken',
    sentence: 'A value that is longer than the store bears is sent.',
    find: 'if (bytes > most)',
    replace: 'if (bytes > most * 100)',
    caughtBy: tests('stores/memory/memory'),
  },
];
