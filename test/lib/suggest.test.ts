import { expect, test } from 'vitest';
import { nearest } from '../../src/lib/suggest.ts';
import { cpuTime } from '../helpers/cpu-time.ts';
import { eachSeed } from '../helpers/each-seed.ts';

const NAMES = ['canary', 'blue-green', 'rolling', 'rollback', 'status', 'history'];

test.each([
  ['canray', 'canary'],
  ['Canary', 'canary'],
  ['blugreen', 'blue-green'],
  ['rollign', 'rolling'],
  ['rolback', 'rollback'],
  ['stauts', 'status'],
])('%s was probably meant to be %s', (wrong, meant) => expect(nearest(wrong, NAMES)).toBe(meant));

test.each(['', 'x', 'kubernetes', 'down'])('%j is near none of them', (wrong) => {
  expect(nearest(wrong, NAMES)).toBeNull();
});

test('nothing is near where there are no names', () => {
  expect(nearest('canary', [])).toBeNull();
});

test('of two that are equally near the first one is meant', () => {
  expect(nearest('bat', ['cat', 'hat'])).toBe('cat');
});

test('any name is found again after one slip', () => {
  eachSeed('a name is found again after one slip', 500, (next) => {
    const pick = (bound: number) => Math.floor(next() * bound);
    const name = NAMES[pick(NAMES.length)] as string;
    const at = pick(name.length);
    const [left, right] = [name.slice(0, at), name.slice(at + 1)];
    const letter = String.fromCharCode(97 + pick(26));
    const swap = name
      .slice(at, at + 2)
      .split('')
      .reverse()
      .join('');
    const slips = [
      `${left}${right}`,
      `${left}${letter}${right}`,
      `${left}${letter}${name.slice(at)}`,
      `${left}${swap}${name.slice(at + 2)}`,
    ];
    for (const slip of slips) expect(nearest(slip, NAMES)).toBe(name);
  });
});

test('a very long word takes no time worth speaking of', () => {
  const begun = cpuTime();
  nearest('a'.repeat(5000), NAMES);
  expect(cpuTime() - begun).toBeLessThan(1000);
});
