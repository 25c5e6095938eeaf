import { describe, expect, test } from 'vitest';
import type { KayentaSpec } from '../../../src/contract/index.ts';
import type { Classification } from '../../../src/judge/kayenta/classify.ts';
import { scoreOf } from '../../../src/judge/kayenta/score.ts';
import { usualKayenta } from './usual.ts';

type Class = Classification['is'];

const metric = (is: Class, of: Partial<KayentaSpec> = {}, critical = false) => ({
  spec: { ...usualKayenta, ...of },
  found: { is, critical },
});
const inGroup = (group: string, ...classes: Class[]) =>
  classes.map((is) => metric(is, { groups: [group], weights: {} }));

describe('the score', () => {
  test.each<[string, number, ReturnType<typeof metric>[]]>([
    ['is 100 where all pass', 100, inGroup('a', 'pass', 'pass')],
    ['is the share that passes', 75, inGroup('a', 'pass', 'pass', 'high', 'pass')],
    ['counts high and low alike', 33.33, inGroup('a', 'high', 'low', 'pass')],
    ['weighs groups alike', 75, [...inGroup('a', 'pass'), ...inGroup('b', 'pass', 'high')]],
    ['leaves out what has no data', 50, inGroup('a', 'nodata', 'pass', 'high')],
    ['but not what must have some', 50, inGroup('a', 'missing', 'pass')],
    ['leaves out what could not be tested', 100, inGroup('a', 'error', 'pass')],
    [
      'does not hold a group without data against the release',
      100,
      [...inGroup('a', 'nodata'), ...inGroup('b', 'pass', 'pass')],
    ],
  ])('%s', (_what, value, metrics) => {
    expect(scoreOf(metrics)).toEqual({ value, because: null });
  });

  test('weighs groups as it is told to, the others by what is left', () => {
    const weights = { a: 60 };
    const metrics = [
      metric('high', { groups: ['a'], weights }),
      metric('pass', { groups: ['b'], weights }),
      metric('pass', { groups: ['c'], weights }),
    ];
    expect(scoreOf(metrics).value).toBe(40);
    expect(scoreOf([metric('pass', { groups: ['a'], weights })]).value).toBe(60);
  });

  test('is 0 with a critical failure, or with half of the metrics silent', () => {
    expect(scoreOf([metric('high', {}, true), metric('pass')])).toEqual({
      value: 0,
      because: 'critical',
    });
    expect(scoreOf(inGroup('a', 'nodata', 'pass'))).toEqual({ value: 0, because: 'nodata' });
  });
});
