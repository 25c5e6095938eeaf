import { expect, test } from 'vitest';
import { wrap } from '../../src/lib/wrap.ts';

test('lines break between words, and inside one that is too long', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
});
