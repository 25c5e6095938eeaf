import { expect, test } from 'vitest';
import { sweep } from './kills/sweep.ts';

/** Some come too late to meet anybody. */
const RUNS = 220;
const KILLS = 200;

test('killed at any moment under load, it is brought to an end without a lost request, an orphan or a second start', {
  timeout: 900_000,
}, async () => {
  const numbers = Array.from({ length: RUNS }, (_, index) => index + 1);
  const odds = { signals: 0.1 };
  const tally = await sweep({ seed: 1, numbers, odds, lanes: 3, tell: console.info });
  console.info(`${tally.kills} kills, ${tally.signals} signals, ${tally.requests} requests`);
  expect(tally.failed).toEqual([]);
  expect(tally.kills).toBeGreaterThanOrEqual(KILLS);
});
