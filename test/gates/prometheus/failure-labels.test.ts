import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { failureLabelsOf } from '../../../gates/prometheus/failure-labels.ts';
import { settings } from '../../../gates/prometheus/settings.ts';
import { createPrometheusSource } from '../../../gates/prometheus/source.ts';
import { asking, sender, serve } from '../kit/rig.ts';

describe('the labels by which failures are told', () => {
  test.each([
    ['x{version="1"}', 'x{version="1",code=~"5.."}', { metric: 'x', labels: ['code'] }],
    ['x', 'x{ a = \'b=c\', d!="e" , f=~"g,h=" }', { metric: 'x', labels: ['a', 'f'] }],
    ['x{version="1"}', 'failures{version="1"}', null],
    ['x{code=~".+"}', 'x{code=~"5.."}', null],
    ['sum(x)', 'x{code="500"}', null],
  ])('of %s and %s', (total, bad, labels) => {
    expect(failureLabelsOf(total, bad)).toEqual(labels);
  });
});

describe('requests without a failure', () => {
  /** A server that has 60 requests, no failure, and so many series with the label. */
  async function measured(series: number, times = 1) {
    const asked: string[] = [];
    const address = await serve(async (request, response) => {
      const form = new URLSearchParams(await text(request));
      const query = form.get('query') ?? '';
      asked.push(query);
      const value = [Number(form.get('time')), '60'];
      const result = query.startsWith('count(last_over_time')
        ? Array(Math.min(1, series)).fill({ metric: {}, value })
        : [{ metric: { deployctl: '0' }, value }];
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    });
    const given = settings.parse({
      address,
      total: 'requests_total{version="{{version}}"}',
      bad: 'requests_total{version="{{version}}",status=~"5.."}',
    });
    const source = createPrometheusSource(sender);
    const measurements = [];
    for (let time = 0; time < times; time++) measurements.push(await source.measure(asking(given)));
    return { asked, measurements };
  }

  test('are good where the label is known, which is asked for once', async () => {
    const { asked, measurements } = await measured(1, 3);
    for (const one of measurements)
      expect(one).toMatchObject({ kind: 'ok', candidate: { bad: 0, total: 60 } });
    const checks = asked.filter((query) => query.startsWith('count(last'));
    expect(checks).toEqual(['count(last_over_time(requests_total{status!=""}[1h]))']);
  });

  test('are no pass where no series has the label: a wrong name would pass everything', async () => {
    const { measurements } = await measured(0, 2);
    for (const one of measurements)
      expect(one).toMatchObject({
        kind: 'partial',
        candidate: null,
        detail: expect.stringContaining('no series of requests_total has the label status'),
      });
  });
});
