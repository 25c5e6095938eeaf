import { describe, expect, test } from 'vitest';
import { selectorIn } from '../../../gates/prometheus/selector.ts';
import { findsNoStatus, speaksOfStatus, tellingOf } from '../../../gates/prometheus/telling.ts';

describe('how failures are told from other requests', () => {
  test.each([
    ['x{v="{{v}}"}', 'x{v="{{v}}",code=~"5.."}', ['code'], 'x{v!="",code=~"5.."}'],
    ['x{v="{{v}}"}', 'x{v="{{v}}",error!=""}', ['error'], 'x{v!="",error!=""}'],
    // What is no release's own stays: other services may have a week of samples each.
    [
      'x{job="shop",v="{{v}}",env!="test"}',
      'x{job="shop",v="{{v}}",env!="test",code=~"5.."}',
      ['code'],
      'x{job="shop",v!="",env!="test",code=~"5.."}',
    ],
    ['x', 'x{ a = \'b=c\', d!="e" , f=~"g,h=" }', ['a', 'f'], 'x{a="b=c",d!="e",f=~"g,h="}'],
    ['x{code=~".+"}', 'x{code=~"5.."}', ['code'], 'x{code=~"5.."}'],
    ['x{v="1"}', 'x{v="1",pod="{{pod}}"}', ['pod'], 'x{v="1",pod!=""}'],
    ['x{v="{{v}}"}', 'failures{v="{{v}}"}', null, 'failures{v!=""}'],
    ['x{v="1"}', 'failures{v="1",kind="io"}', null, 'failures{v="1",kind="io"}'],
    ['x{v="1"}', '{__name__="x",code="500"}', null, null],
  ])('of %s and %s', (total, bad, labels, anybodys) => {
    expect(tellingOf(total, bad)).toMatchObject({ labels, anybodys });
  });

  test('by what only keeps requests out, a wrong name would find all of them', () => {
    expect(tellingOf('x', 'x{code!~"2..",ok!="yes"}')).toBeNull();
  });

  test('what is quoted may hold quotes, and what is not understood is no selector', () => {
    expect(selectorIn('x{a="b\\"c",d=`e\\d`}')?.matchers).toMatchObject([
      { value: 'b"c' },
      { value: 'e\\d' },
    ]);
    for (const text of ['sum(x)', 'x{a}', 'x{a="b" c="d"}', '{a="b"}', 'x{a="b}'])
      expect(selectorIn(text)).toBeNull();
  });
});

describe('a matcher finds no status', () => {
  const matcher = (is: '=' | '=~', value: string) => ({ label: 'code', is, value });
  test.each([
    ['=~', '5..', ['200', '404'], false],
    ['=~', '5xx', ['200', '404'], true],
    ['=', '5..', ['200'], true],
    ['=', '503', ['200'], false],
    ['=~', '0', ['200'], false],
    ['=~', '5xx', ['2xx', '3xx'], false],
    ['=~', '50.', ['2XX'], true],
    ['=~', '5..|failed', ['2XX'], false],
    ['=', 'failed', ['ok', '200'], false],
    ['=', 'failed', [], false],
    ['=~', '(?i)5xx', ['200'], false],
  ] as const)('%s "%s" beside %j: %j', (is, value, seen, answer) => {
    expect(findsNoStatus(matcher(is, value), seen)).toBe(answer);
  });
});

test.each([
  ['=~', '5xx', true],
  ['=', '5..', true],
  ['=~', '5xx|failed', true],
  ['=', '503', true],
  ['=', 'IO_ERROR', false],
  ['=~', 'failed|broken', false],
  ['=', '-1', false],
] as const)('%s "%s" speaks of a status: %j', (is, value, answer) => {
  expect(speaksOfStatus({ label: 'code', is, value })).toBe(answer);
});
