import { expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';

test('the wall clock tells the time of day, the monotonic one only grows', async () => {
  expect(Math.abs(systemClock.wall() - Date.now())).toBeLessThan(1000);
  const times: number[] = [];
  for (let look = 0; look < 1000; look++) times.push(systemClock.monotonic());
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test('a sleep takes its time', async () => {
  const begun = systemClock.monotonic();
  await systemClock.sleep(30);
  expect(systemClock.monotonic() - begun).toBeGreaterThanOrEqual(28);
});

test.each([0, -5, Number.NEGATIVE_INFINITY])('a sleep of %s ms is over at once', async (ms) => {
  const begun = systemClock.monotonic();
  await systemClock.sleep(ms);
  expect(systemClock.monotonic() - begun).toBeLessThan(500);
});

// A timer longer than this would fire at once, and Node would complain.
test.each([2 ** 31, 1e15, Infinity])('a sleep of %s ms goes on until it is aborted', async (ms) => {
  const stop = new AbortController();
  let over = false;
  const sleep = systemClock.sleep(ms, stop.signal).then(() => {
    over = true;
  });
  await systemClock.sleep(20);
  expect(over).toBe(false);
  stop.abort();
  await sleep;
});

test('a sleep that is aborted before it begins, or meanwhile, resolves and does not reject', async () => {
  await systemClock.sleep(60_000, AbortSignal.abort());
  const stop = new AbortController();
  const sleep = systemClock.sleep(60_000, stop.signal);
  stop.abort();
  await expect(sleep).resolves.toBeUndefined();
});

test('many sleeps on one signal leave no listener behind', async () => {
  // More than ten listeners at once would be a warning, which fails this file.
  const { signal } = new AbortController();
  for (let turn = 0; turn < 50; turn++) await systemClock.sleep(0, signal);
});
