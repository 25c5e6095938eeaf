import { describe, expect, test } from 'vitest';
import { benchAskedIn } from '../../scripts/bench/gates/asked.ts';

describe('what bench:gates is asked for', () => {
  test.each([
    [[], { runs: 10_000, seed: 1 }],
    [['300'], { runs: 300, seed: 1 }],
    [['300', '7'], { runs: 300, seed: 7 }],
    [['--runs', '20', '--seed=0'], { runs: 20, seed: 0 }],
    [['--help'], null],
    [['-h', 'abc'], null],
  ])('%j', (args, asked) => {
    expect(benchAskedIn(args)).toEqual(asked);
  });

  test.each([
    [['abc'], 'RELEASES is a whole number from 1, not "abc"'],
    [['0'], 'RELEASES is a whole number from 1'],
    [['1e3'], 'RELEASES'],
    [['10', '1.5'], 'SEED is a whole number from 0, not "1.5"'],
    [['--seed', ''], 'SEED'],
    [['10', '1', '2'], '"2" is one number too many'],
    [['--rns', '10'], '--rns'],
  ])('%j is refused', (args, why) => {
    expect(() => benchAskedIn(args)).toThrow(why);
  });
});
