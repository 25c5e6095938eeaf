import { expect, test } from 'vitest';
import { clip, oneLine } from '../../../reporters/kit/text.ts';
import {
  blameWords,
  sinceWords,
  valueWords,
  versionWords,
  weightsAfter,
} from '../../../reporters/kit/words.ts';
import { rolling } from '../../../strategies/rolling/plan.ts';
import { inputOf, rollingSettings } from '../../strategies/scenes.ts';

test('text is cut between characters, never inside one', () => {
  expect(clip('ab😀cd', 4)).toBe('ab😀…');
  expect(clip('abc', 3)).toBe('abc');
  expect(clip('abc', 0)).toBe('');
});

test('foreign text becomes one line', () => {
  expect(oneLine('  a\n\tb\u001b[31m')).toBe('a b\\u{1b}[31m');
});

test('values are written as people write them', () => {
  expect(valueWords(0.00123, 'ratio')).toBe('0.123 %');
  expect(valueWords(1234.5, 'ms')).toBe('1235 ms');
  expect(valueWords(0.5, 'perSecond')).toBe('0.5/s');
  expect(valueWords(0, 'yesNo')).toBe('no');
  expect(valueWords(null, 'count')).toBe('–');
});

test('times since the beginning, hashes and blame are short', () => {
  expect(sinceWords(12_345)).toBe('+12.3s');
  expect(sinceWords(185_000)).toBe('+3m 5s');
  expect(versionWords('0123456789abcdef0123456789abcdef01234567')).toBe('0123456789ab');
  expect(blameWords('errors', 'errors: 9 %')).toBe('errors: 9 %');
  expect(blameWords('errors', '9 %')).toBe('errors: 9 %');
});

test('in a rolling deployment the traffic is told by the units that are replaced', () => {
  const steps = rolling.plan(inputOf(rollingSettings({ check: [], gates: [], pause: 0 })));
  expect(weightsAfter(steps, 'v2-abc', 0).slice(0, 4)).toEqual([25, 50, 75, 100]);
});
