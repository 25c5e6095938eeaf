import { defineConfig } from 'vitest/config';

/** Tests of what was built, with real kills and real waiting: slower, two files at a time because most of it is waiting. */
export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    include: ['test/real/**/*.test.ts'],
    globalSetup: ['test/real/built.ts'],
    setupFiles: ['test/helpers/setup.ts'],
    // What waits for clusters and processes meets moments that no test foresaw: a second try is told, not hidden.
    retry: 1,
    reporters: ['default', './test/helpers/second-tries.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
