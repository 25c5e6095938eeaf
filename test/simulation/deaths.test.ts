import { expect, test } from 'vitest';
import type { Failure, What } from './batch.ts';
import { runAll } from './crew.ts';
import { SHAPE_NAMES } from './shapes.ts';
import { allSweeps } from './sweep.ts';

async function failuresOf(what: What, first: number, last: number): Promise<readonly string[]> {
  const failed: string[] = [];
  const onFailure = ({ finding }: Failure) => failed.push(finding);
  await runAll({ what, first, last, bail: false, goesOn: () => true, onFailure });
  return failed;
}

/** One of each; `npm run sim -- --sweep` and `--pairs` go through all of them. */
test('on a platform that refuses no old epoch a death at any point is recovered from', async () => {
  const place = allSweeps(SHAPE_NAMES).findIndex(({ shape }) => shape === 'vercel') + 1;
  expect(place).toBeGreaterThan(1);
  expect(await failuresOf('sweeps', place, place)).toEqual([]);
}, 60_000);

test('when whoever comes after a death dies as well, the third brings it to an end', async () => {
  expect(await failuresOf('pairs', 1, 30)).toEqual([]);
}, 60_000);
