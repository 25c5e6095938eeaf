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

test('on a platform that refuses no old epoch a death at any point is recovered from', async () => {
  const places = allSweeps(SHAPE_NAMES).flatMap(({ shape }, index) =>
    shape === 'vercel' ? [index + 1] : [],
  );
  expect(places.length).toBeGreaterThan(30);
  expect(await failuresOf('sweeps', places[0] as number, places.at(-1) as number)).toEqual([]);
}, 600_000);

test('when whoever comes after a death dies as well, the third brings it to an end', async () => {
  expect(await failuresOf('pairs', 1, 500)).toEqual([]);
}, 300_000);
