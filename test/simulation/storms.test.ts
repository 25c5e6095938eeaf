import { expect, test } from 'vitest';
import { storm } from './storm.ts';

const RUNS = 2000;
/** Seeds that once found something. */
const FOUND = [2056, 2506, 21_352, 26_791, 28_224, 28_492, 31_685];

test(`through ${RUNS} drawn storms every deployment keeps its promises and comes to an end`, async () => {
  const failed: string[] = [];
  for (const seed of [...FOUND, ...Array.from({ length: RUNS }, (_, index) => index + 1)]) {
    const { violations } = await storm(seed);
    if (violations.length > 0)
      failed.push(`npm run sim -- --seed ${seed}    ${violations[0]?.split('\n')[0]}`);
  }
  expect(failed).toEqual([]);
}, 120_000);
