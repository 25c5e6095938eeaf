import { expect, test } from 'vitest';
import { wallTime } from '../../src/lib/wall-time.ts';

const now = new Date(2026, 2, 5, 18, 30).getTime();

test.each([
  [new Date(2026, 2, 5, 9, 4).getTime(), '09:04'],
  [new Date(2026, 2, 4, 23, 59).getTime(), '2026-03-04 23:59'],
  [new Date(2025, 11, 31, 0, 0).getTime(), '2025-12-31 00:00'],
])('a time is told as clocks show it, with its date unless it is today: %s', (at, words) => {
  expect(wallTime(at, now)).toBe(words);
});
