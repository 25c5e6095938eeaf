import { defineConfig } from 'vitest/config';

/** Tests against real servers: slower, and one file at a time because the servers are shared. */
export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    fileParallelism: false,
    include: ['test/real/**/*.test.ts'],
    setupFiles: ['test/helpers/setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
