import { type Mutant, storms, tests } from './mutant.ts';

const memory = { file: 'providers/memory/index.ts', caughtBy: storms(300) } as const;

/** What carries operations out. */
export const PROVIDERS: readonly Mutant[] = [
  {
    ...memory,
    name: 'former-holder-served',
    sentence: 'The platform obeys a holder that was replaced.',
    find: 'if (fence < platform.fence)',
    replace: 'if (fence < 0)',
    caughtBy: tests('simulation/platform'),
  },
  {
    ...memory,
    name: 'start-not-idempotent',
    sentence: 'A start that arrives twice fails.',
    find: 'start: (platform, operation) =>\n    scaleTo(platform, operation.release, unitsFor(platform, operation)),',
    replace:
      "start: (platform, operation) => {\n    if (platform.releases.has(operation.release.id)) throw new ProviderError('permanent', 'exists');\n    scaleTo(platform, operation.release, unitsFor(platform, operation));\n  },",
    caughtBy: tests('simulation/platform'),
  },
  {
    ...memory,
    name: 'splits-merged',
    sentence: 'A new split leaves the weights of the former one beside it.',
    find: 'platform.split = split;\n    platform.match',
    replace: 'platform.split = { ...platform.split, ...split };\n    platform.match',
    caughtBy: tests('simulation/platform'),
  },
  {
    ...memory,
    name: 'retired-under-traffic',
    sentence: 'A release that still has traffic is removed.',
    find: 'if (keeps && (platform.split?.[release] ?? 0) > 0) {',
    replace: 'if (keeps === release) {',
    caughtBy: tests('simulation/platform'),
  },
  {
    file: 'providers/local/edge/lane.ts',
    name: 'weights-not-kept',
    sentence: 'The edge gives all requests to the heaviest release.',
    find: 'if (best) best.credit -= sum;',
    replace: '',
    caughtBy: tests('providers/local/edge'),
  },
  {
    file: 'providers/local/edge/switchboard.ts',
    name: 'edge-routes-to-the-unready',
    sentence: 'The edge sends a request to a release without a ready replica.',
    find: 'return lane && lane.upstreams.length > 0 ? lane : this.fallback(null);',
    replace: 'return lane;',
    caughtBy: tests('providers/local/edge'),
  },
];
