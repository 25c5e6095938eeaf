import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/contract/index.ts';
import { anotherTrack, dispersionOf, noSpread, widen } from '../../src/judge/dispersion.ts';
import { beginWith, initialState, type JudgeState } from '../../src/judge/judge-state.ts';
import type { Tally } from '../../src/judge/tally.ts';
import { Draw } from '../helpers/draw.ts';

const tallies = (...rows: readonly (readonly [bad: number, total: number])[]): readonly Tally[] =>
  rows.map(([bad, total]) => ({ bad, total }));

const ROWS = tallies([3, 1000], [12, 1200], [0, 900], [7, 1000], [30, 1100]);

test('is the chi-square of successive windows, weighted by their bad ones and drawn to 3 while little is known', () => {
  const spread = ROWS.reduce((seen, row) => widen(seen, row), noSpread);
  // Reckoned independently, in fractions.
  expect(dispersionOf(spread)).toBeCloseTo(6.168886043533931, 12);
  expect(dispersionOf(noSpread)).toBe(3);
});

interface Course {
  readonly windows: number;
  /** Requests of stable and of the candidate in a window. */
  readonly stable: number;
  readonly candidate: number;
  readonly share: (window: number) => number;
  readonly along: (window: number) => number;
  readonly burst: number;
}

const COURSE: Course = {
  windows: 60,
  stable: 100_000,
  candidate: 5000,
  share: () => 0.003,
  along: () => 0.003,
  burst: 1,
};

function dispersionAfter(course: Partial<Course>): number {
  const { windows, stable, candidate, share, along, burst } = { ...COURSE, ...course };
  const draw = new Draw(3);
  let spread = noSpread;
  for (let window = 0; window < windows; window++) {
    const own = { bad: draw.bad(candidate, along(window), burst), total: candidate };
    const seen = { bad: draw.bad(stable, share(window), burst), total: stable };
    spread = widen(spread, seen, own);
  }
  return dispersionOf(spread);
}

const incident = (window: number) => 0.003 * (window >= 40 && window < 46 ? 8 : 1);
const peak = (window: number) => 0.003 * (window === 40 ? 8 : 1);

describe('what is no burst', () => {
  test('is about 1 where each request fails by itself, and twice the mean size of bursts otherwise', () => {
    expect(dispersionAfter({})).toBeLessThan(1.5);
    expect(dispersionAfter({ burst: 6 })).toBeGreaterThan(8);
    expect(dispersionAfter({ burst: 6 })).toBeLessThan(14);
  });

  test('is a level that moves through the day', () => {
    const share = (window: number) => 0.003 * (1 + 0.5 * Math.sin(window / 10));
    expect(dispersionAfter({ share, along: share })).toBeLessThan(2);
  });

  test.each([
    ['of some windows', incident],
    ['of a single one', peak],
  ])('is an incident of both tracks, %s', (_, share) => {
    expect(dispersionAfter({ share, along: share })).toBeLessThan(1.5);
    const twiceAsBad = (window: number) => 2 * share(window);
    expect(dispersionAfter({ share, along: twiceAsBad })).toBeLessThan(1.5);
  });
});

describe('what is one', () => {
  test('is a jump that stable makes alone', () => {
    expect(dispersionAfter({ share: peak })).toBeGreaterThan(20);
  });

  test('is one that the candidate makes the other way', () => {
    const along = (window: number) => 0.003 / (window === 40 ? 8 : 1);
    expect(dispersionAfter({ share: peak, along })).toBeGreaterThan(20);
  });

  test('is not what only the candidate does: one that fails by fits and starts is as bad', () => {
    const along = (window: number) => (window % 2 === 0 ? 0.1 : 0);
    expect(dispersionAfter({ along })).toBeLessThan(1.5);
  });
});

test('how a candidate differs from the stable release of before is no burst of either', () => {
  const past = tallies([2, 1000], [4, 1000], [3, 1000]);
  const own = tallies([90, 1000], [95, 1000]);
  const before = past.reduce((seen, row) => widen(seen, row), noSpread);
  const apart = own.reduce((seen, row) => widen(seen, row), anotherTrack(before));
  expect(dispersionOf(apart)).toBeLessThan(3);
  expect(dispersionOf(own.reduce((seen, row) => widen(seen, row), before))).toBeGreaterThan(10);
});

describe('a state of an earlier version', () => {
  const former = (spread: Json): Json => ({ windows: 5, stableTotal: 5200, stableBad: 52, spread });
  const begun = (spread: Json): JudgeState => beginWith(former(spread), true);

  test('goes on with the dispersion that it had', () => {
    const { spread } = begun({ windows: 5, bad: 52, total: 5200, squares: 0.99618 });
    // (3 × 4 + 0.99618 × 5200 / 52 − 52) / (4 + 4)
    expect(dispersionOf(spread)).toBeCloseTo((12 + 99.618 - 52) / 8, 9);
    expect(spread.windows).toBe(5);
    expect(widen(spread, { bad: 10, total: 1000 }).pairs).toBe(4);
  });

  test('without a failure begins at what is believed', () => {
    const { spread } = begun({ windows: 5, bad: 0, total: 5200, squares: 0 });
    expect(dispersionOf(spread)).toBe(3);
    expect(spread.windows).toBe(5);
  });

  test('that is damaged begins anew', () => {
    const { spread } = begun({ windows: 5, bad: 'x', total: 5200, squares: 0 });
    expect(spread).toEqual(initialState.spread);
  });

  test('of this version is taken over whole', () => {
    const spread = ROWS.reduce((seen, row) => widen(seen, row), noSpread);
    expect(begun(JSON.parse(JSON.stringify(spread)) as Json).spread).toEqual(spread);
  });
});
