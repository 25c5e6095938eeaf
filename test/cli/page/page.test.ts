import { describe, expect, test } from 'vitest';
import { chartOf } from '../../../src/cli/page/chart.ts';
import { type PageContent, pageText } from '../../../src/cli/page/page.ts';
import { ruleOf } from '../../../src/cli/page/rule.ts';
import type { GateSeries } from '../../../src/cli/page/series.ts';
import type { Measurement, Verdict } from '../../../src/contract/index.ts';
import { probeGate } from '../../helpers/world.ts';
import { usualKayenta } from '../../judge/kayenta/usual.ts';

const spec = {
  ...probeGate,
  windowed: true,
  interval: 15_000,
  judge: { ...probeGate.judge, max: 0.05, minSamples: 20 },
};

const counted = (bad: number, total: number, detail: string): Measurement => ({
  kind: 'ok',
  candidate: { value: bad / total, samples: total, bad, total },
  stable: { value: 0.01, samples: 100, bad: 1, total: 100 },
  unit: 'ratio',
  detail,
});

/** Each window as bad of a hundred, whatever stands in the words. */
function seriesOf(words: string, bads: readonly number[]): GateSeries {
  const points = bads.map((bad, index) => ({
    at: 1_800_000_000_000 + index * 15_000,
    measurement: counted(bad, 100, words),
    verdict: (bad > 5 ? 'fail' : 'pass') as Verdict,
    reason: `${bad} %: ${words}`,
  }));
  return { gate: words, spec: { ...spec, source: words }, points, verdict: 'fail', reason: words };
}

const contentOf = (words: string): PageContent => ({
  title: words,
  outcome: words,
  tone: 'bad',
  facts: [[words, words]],
  steps: [{ at: 1_800_000_000_000, words, tone: 'bad' }],
  series: [seriesOf(words, [1, 2, 30])],
  next: [[words, words]],
});

const tagsOf = (text: string) => [...text.matchAll(/<[^>]*>/g)].map(([tag]) => tag);

const ATTACKS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style></svg><svg onload=alert(1)>',
  '--><!--',
  ']]>&lt;&#60;script&#62;',
  '`$' + '{alert(1)}`',
  '\u202e\u0000\u0007</td>',
];

describe('a page', () => {
  test.each(ATTACKS)('has the same markup whatever its words are: %j', (words) => {
    const shape = (text: string) =>
      tagsOf(text).map((tag) => tag.replace(/(aria-label)="[^"]*"/, '$1'));
    expect(shape(pageText(contentOf(words)))).toEqual(shape(pageText(contentOf('words'))));
  });

  test('shows foreign words as they were written', () => {
    expect(pageText(contentOf('<b>&"'))).toContain('&lt;b&gt;&amp;&quot;');
  });

  test('needs nothing but itself, and forbids what could be asked for', () => {
    const text = pageText(contentOf('words'));
    expect(text).not.toMatch(/<script|<link|<img|<iframe|\b(src|href)=|@import|url\(/i);
    expect(text).toContain("default-src 'none'");
  });

  test('tells the gate, its rule, its numbers with intervals, its windows and what is next', () => {
    const text = pageText(contentOf('errors'));
    for (const told of [
      'at most 5 %; passes from 20 samples on; windows of 15s',
      '30 % (30 of 100)',
      '21.9 % to 39.6 %',
      '3, 3 of them with data',
      'failed at 2027-01-15 08:00:30 UTC',
      'What to look at next',
    ])
      expect(text).toContain(told);
  });
});

test('a chart draws many windows thinly, and none that says no is left out', () => {
  const bads = Array.from({ length: 5000 }, (_, index) => (index === 4001 ? 50 : 1));
  const drawn = chartOf(seriesOf('errors', bads))?.text ?? '';
  expect(drawn.match(/<circle class="fail"/g)).toHaveLength(1);
  expect(drawn.length).toBeLessThan(200_000);
});

test('numbers that are none get into no chart', () => {
  const series = seriesOf('errors', [1, 2]);
  const odd: Measurement = { ...counted(1, 100, ''), candidate: { value: Number.NaN, samples: 1 } };
  const points = [
    ...series.points,
    { at: 1_800_000_060_000, measurement: odd, verdict: 'error', reason: '' } as const,
  ];
  const drawn = chartOf({ ...series, points })?.text ?? '';
  expect(drawn).toContain('<svg');
  expect(drawn).not.toMatch(/NaN|Infinity/);
});

test('a rule is told in the words of its unit', () => {
  const judge = {
    ...probeGate.judge,
    max: 250,
    for: 180_000,
    consecutive: 3,
    compare: { ratio: 1.5, difference: 20, floor: 10 },
    pass: 'proven' as const,
  };
  expect(ruleOf({ ...probeGate, judge, advisory: true }, 'ms')).toBe(
    'at most 250 ms; not worse than 1.5 times stable and 20 ms more, where it is above 10 ms; fails after 3 breaches in a row; fails when it lasts 3m; a pass needs evidence; asked every 1s; advisory: it decides nothing',
  );
  expect(ruleOf(probeGate, 'yesNo')).toContain('must answer as expected');
  const kayenta = { ...usualKayenta, critical: true };
  const byKayenta = { ...probeGate, judge: { ...probeGate.judge, max: null, kayenta } };
  expect(ruleOf(byKayenta, 'ms')).toBe(
    "by Kayenta's judge: High or Low counts against it (critical); score 75 to go on, 95 at last; asked every 1s",
  );
});
