import { type Mutant, storms, tests } from './mutant.ts';

const memory = { file: 'providers/memory/operations.ts', caughtBy: storms(300) } as const;

/** What carries operations out. */
export const PROVIDERS: readonly Mutant[] = [
  {
    ...memory,
    name: 'former-holder-served',
    sentence: 'The platform obeys a holder that was replaced.',
    find: 'profile.fenced && fence < platform.fence',
    replace: 'fence < 0',
    caughtBy: tests('simulation/platform'),
  },
  {
    ...memory,
    name: 'start-not-idempotent',
    sentence: 'A start that arrives twice fails.',
    find: 'scaleTo(platform, release, unitsFor(platform, operation));\n      holdMemory',
    replace:
      "if (platform.releases.has(release.id)) throw new ProviderError('permanent', 'exists');\n      scaleTo(platform, release, unitsFor(platform, operation));\n      holdMemory",
    caughtBy: tests('simulation/platform'),
  },
  {
    ...memory,
    name: 'splits-merged',
    sentence: 'A new split leaves the weights of the former one beside it.',
    find: 'platform.split = split;\n  if',
    replace: 'platform.split = { ...platform.split, ...split };\n  if',
    caughtBy: tests('simulation/platform'),
  },
  {
    ...memory,
    name: 'retired-under-traffic',
    sentence: 'A release that still has traffic is removed.',
    find: 'if (keeps && (platform.split?.[release] ?? 0) > 0)',
    replace: 'if (keeps === release)',
    caughtBy: tests('simulation/platform'),
  },
  {
    ...memory,
    name: 'percent-of-a-former-base',
    sentence: 'A start that an autoscaler has outgrown still counts as done.',
    find: 'return ready >= wanted ?',
    replace: 'return ready >= Math.min(wanted, 2) ?',
    caughtBy: tests('providers/memory/contract'),
  },
  {
    ...memory,
    name: 'baseline-kept',
    sentence: 'What a deployment held up on the platform stays so after its end.',
    find: '...platform.settings, ...before.baseline }',
    replace: '...before.baseline, ...platform.settings }',
    caughtBy: tests('providers/memory/contract'),
  },
  {
    ...memory,
    name: 'third-place',
    sentence: 'A third release is started where there is room for two.',
    find: 'taken >= places',
    replace: 'taken > places',
    caughtBy: tests('providers/memory/contract'),
  },
  {
    ...memory,
    name: 'moved-by-others-unseen',
    sentence: 'A split that other hands have moved looks as if it had never been sent.',
    find: 'if (!context.wasDone && !platform.sent.includes(context.key)) return seen;',
    replace: 'if (platform.sent.length > 0) return seen;',
    caughtBy: tests('providers/memory/contract'),
  },
  {
    ...memory,
    name: 'units-floor-ignored',
    sentence: 'Fewer units are started than carried the load before.',
    file: 'providers/memory/platform.ts',
    find: 'Math.max(1, units,',
    replace: 'Math.max(1,',
    caughtBy: tests('providers/memory/contract'),
  },
  {
    file: 'providers/local/edge/lane.ts',
    name: 'weights-not-kept',
    sentence: 'The edge gives all requests to the heaviest release.',
    find: 'if (best) best.credit -= sum;',
    replace: '',
    caughtBy: tests('providers/local/edge/edge'),
  },
  {
    file: 'providers/local/edge/switchboard.ts',
    name: 'edge-routes-to-the-unready',
    sentence: 'The edge sends a request to a release without a ready replica.',
    find: 'return lane && lane.upstreams.length > 0 ? lane : this.fallback(null);',
    replace: 'return lane;',
    caughtBy: tests('providers/local/edge/edge'),
  },
];
