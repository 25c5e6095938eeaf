import { expect, test } from 'vitest';
import { storm } from './storm.ts';

const RUNS = 2000;

test(`through ${RUNS} drawn storms every deployment keeps its promises and comes to an end`, async () => {
  const failed: string[] = [];
  for (let seed = 1; seed <= RUNS; seed++) {
    const { violations } = await storm(seed);
    if (violations.length > 0)
      failed.push(`npm run sim -- --seed ${seed}    ${violations[0]?.split('\n')[0]}`);
  }
  expect(failed).toEqual([]);
}, 120_000);
