import { expect, test } from 'vitest';
import { nameFrom, systemRandom } from '../../src/lib/random.ts';
import { mulberry } from '../helpers/mulberry.ts';

const NAME = /^[a-z][a-z2-7]*$/;

test('a number is at least 0 and less than 1, and spread over all of it', () => {
  const numbers = Array.from({ length: 5000 }, () => systemRandom.next());
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  const tenths = new Set(numbers.map((number) => Math.floor(number * 10)));
  expect(tenths.size).toBe(10);
});

test.each([1, 2, 8, 12, 40])('a name of %d characters begins with a letter', (length) => {
  for (let round = 0; round < 500; round++) {
    const name = systemRandom.name(length);
    expect(name).toMatch(NAME);
    expect(name).toHaveLength(length);
  }
});

test('names do not come twice', () => {
  const names = Array.from({ length: 5000 }, () => systemRandom.name(12));
  expect(new Set(names).size).toBe(names.length);
});

test('a seeded generator gives the same names again, and another one others', () => {
  const names = (seed: number) => {
    const next = mulberry(seed);
    return Array.from({ length: 20 }, () => nameFrom(next, 8));
  };
  expect(names(1)).toEqual(names(1));
  expect(names(1)).not.toEqual(names(2));
});

test('the smallest and the largest number give a name, too', () => {
  expect(nameFrom(() => 0, 4)).toBe('aaaa');
  expect(nameFrom(() => 1 - 2 ** -32, 4)).toBe('z777');
});
