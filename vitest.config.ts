import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** What starts processes, changes the one that it is in, or needs much memory: one process per file. */
const OWN = [
  'test/architecture.test.ts',
  'test/cli/process.test.ts',
  'test/extensions/**/*.test.ts',
  'test/gates/command/**/*.test.ts',
  'test/hostile/**/*.test.ts',
  'test/lib/process-life.test.ts',
  'test/lib/safe-files/**/*.test.ts',
  'test/providers/local/**/*.test.ts',
  'test/reporters/kit/emit.test.ts',
  'test/simulation/**/*.test.ts',
];

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    // Many of them wait for real processes most of the time. A percentage would end at 100.
    maxWorkers: 3 * availableParallelism(),
    setupFiles: ['test/helpers/setup.ts'],
    // Says only when to give up: nothing is slow because others keep the processors busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    reporters: ['default', './test/helpers/second-tries.ts'],
    projects: [
      // Real processes meet moments that no test foresaw: a second try is told, not hidden.
      { extends: true, test: { name: 'own', include: OWN, retry: 1 } },
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: ['test/real/**', ...OWN],
          // One process goes on from file to file: they keep nothing but values of their own.
          isolate: false,
        },
      },
    ],
  },
});
