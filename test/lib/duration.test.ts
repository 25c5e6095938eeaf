import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/lib/duration.ts';
import { eachSeed } from '../helpers/each-seed.ts';

describe('a duration is read', () => {
  test.each([
    ['0', 0],
    ['0s', 0],
    ['250ms', 250],
    ['1.5s', 1500],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    [' 2D ', 172_800_000],
    ['1m500ms', 60_500],
  ])('%j', (text, ms) => expect(parseDuration(text)).toBe(ms));
});

describe('what is no duration is refused', () => {
  const words = ['', ' ', '30', '-5s', '+5s', '5', 's', '5 seconds', '5s!', '1e3s', 'NaNs', '.5s'];
  test.each([...words, '5.s', '1..5s', '٣s', '5s5', '0x5s'])('%j', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  test('after one that was read, too: nothing is remembered between two calls', () => {
    expect(parseDuration('1h30m')).toBe(5_400_000);
    expect(parseDuration('x1h30m')).toBeNull();
    expect(parseDuration('1h30m')).toBe(5_400_000);
  });
});

describe('a duration is written', () => {
  test.each([
    [0, '0s'],
    [0.4, '0s'],
    [12.6, '13ms'],
    [999, '999ms'],
    [1000, '1s'],
    [2540, '2.5s'],
    [10_000, '10s'],
    [59_600, '1m'],
    [61_000, '1m 1s'],
    [5_400_000, '1h 30m'],
    [90_061_000, '1d 1h'],
  ])('%d ms', (ms, text) => expect(formatDuration(ms)).toBe(text));

  test('so that it can be read again, and is near what it was', () => {
    eachSeed('what is shown of a duration can be read again', 2000, (next) => {
      const ms = Math.floor(10 ** (next() * 10));
      const again = parseDuration(formatDuration(ms)) ?? Number.NaN;
      // Two units are shown, so less than one of the smaller is lost.
      const unit = ms < 10_000 ? 100 : ms < 3_600_000 ? 1000 : ms < 86_400_000 ? 60_000 : 3_600_000;
      expect(Math.abs(again - ms)).toBeLessThanOrEqual(unit);
    });
  });
});
