import { defineConfig } from 'vitest/config';

/** What keeps nothing but its own values in memory: one process goes on from file to file. */
const PURE = ['config', 'contract', 'engine', 'gates', 'judge', 'lib', 'reporters', 'strategies'];
/** But for these, which start processes or look at the one that they are in. */
const OWN = [
  'test/lib/process-life.test.ts',
  'test/lib/safe-files/**',
  'test/gates/command/**',
  'test/reporters/kit/emit.test.ts',
];

const pure = PURE.map((room) => `test/${room}/**/*.test.ts`);

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    // Many of them wait for real processes most of the time.
    maxWorkers: '150%',
    setupFiles: ['test/helpers/setup.ts'],
    // Says only when to give up: nothing is slow because others keep the processors busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'rooms',
          include: ['test/**/*.test.ts'],
          exclude: ['test/real/**', ...PURE.map((room) => `test/${room}/**`)],
        },
      },
      { extends: true, test: { name: 'own', include: OWN } },
      { extends: true, test: { name: 'pure', include: pure, exclude: OWN, isolate: false } },
    ],
  },
});
