import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { settings } from '../../../gates/prometheus/settings.ts';
import { createPrometheusSource } from '../../../gates/prometheus/source.ts';
import { asking, sender, serve } from '../kit/rig.ts';

type Series = Readonly<Record<string, string>>;

/** What a server knows, by a piece of the question; nothing of anything else. */
type Known = readonly (readonly [RegExp, readonly Series[]])[];

const OWN = /^topk.*count by/;
const WEEK = /\[7d\]/;
const ALL = /^bottomk/;
const STABLE_WITHOUT = /^count\(last_over_time\(requests_total\{code="",version="v41"/;
const STABLE_WITH = /^count\(last_over_time\(requests_total\{code!="",version="v41"/;

/** A server that has 60 requests of each release and no failure. */
async function measured(known: Known, more: object = {}, times = 1) {
  const asked: string[] = [];
  const address = await serve(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const query = form.get('query') ?? '';
    asked.push(query);
    const value = [Number(form.get('time')), '60'];
    const metrics = query.includes('deployctl')
      ? [{ deployctl: '0' }, { deployctl: '2' }]
      : (known.find(([piece]) => piece.test(query))?.[1] ?? []);
    const result = metrics.map((metric) => ({ metric, value }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  });
  const given = settings.parse({
    address,
    total: 'requests_total{version="{{version}}"}',
    bad: 'requests_total{version="{{version}}",code=~"5.."}',
    ...more,
  });
  const source = createPrometheusSource(sender);
  const measurements = [];
  for (let time = 0; time < times; time++) measurements.push(await source.measure(asking(given)));
  return { measurement: measurements[0], measurements, asked };
}

const FINE = { kind: 'ok', candidate: { bad: 0, total: 60 }, stable: { bad: 0, total: 60 } };
const doubtful = (detail: string) => ({
  kind: 'partial',
  candidate: null,
  detail: expect.stringContaining(detail),
});

describe('requests without a failure', () => {
  test('are good where the release itself has the label, which is looked for once', async () => {
    const { measurements, asked } = await measured([[OWN, [{ code: '200' }]]], {}, 3);
    for (const one of measurements) expect(one).toMatchObject(FINE);
    expect(asked.filter((query) => !query.includes('deployctl'))).toEqual([
      'topk(50, count by (code) (last_over_time(requests_total{code!="",version="v42"}[1s])))',
    ]);
  });

  test('are no pass where no series has the label: a wrong name would pass everything', async () => {
    const { measurements } = await measured([], {}, 2);
    for (const one of measurements)
      expect(one).toMatchObject(
        doubtful('no series of requests_total{version="v42"} has the label code'),
      );
  });

  test('are no pass where the label is written otherwise than failures are looked for', async () => {
    const bad = 'requests_total{version="{{version}}",code="5xx"}';
    const { measurement } = await measured([[OWN, [{ code: '200' }]]], { bad });
    expect(measurement).toMatchObject(doubtful('code of requests_total is written as "200"'));
  });

  test('are good where only failures have the label, and some were seen within a week', async () => {
    const known: Known = [
      [WEEK, [{}]],
      [
        ALL,
        [
          { version: 'v42', pod: 'a' },
          { version: 'v42', pod: 'b' },
        ],
      ],
    ];
    const { measurements, asked } = await measured(known, {}, 2);
    for (const one of measurements) expect(one).toMatchObject(FINE);
    expect(asked.filter((query) => WEEK.test(query))).toEqual([
      'count(last_over_time(requests_total{version!="",code=~"5.."}[7d]))',
    ]);
    // Each time: failures may yet turn up under another name.
    expect(asked.filter((query) => ALL.test(query))).toHaveLength(2);
  });

  test('are no pass where failures of this release seem to have another label than those before', async () => {
    const known: Known = [
      [WEEK, [{}]],
      [
        ALL,
        [
          { version: 'v42', pod: 'a' },
          { version: 'v42', pod: 'a', status: '500' },
        ],
      ],
    ];
    const { measurement } = await measured(known);
    expect(measurement).toMatchObject(doubtful('is it called status?'));
  });

  test('are no pass where all requests of stable have the label, and none of this release', async () => {
    const labelled: Known = [[STABLE_WITH, [{}]]];
    const { measurement } = await measured([...labelled, [WEEK, [{}]]]);
    expect(measurement).toMatchObject(doubtful('is it called otherwise there?'));
    const said = await measured(labelled, { absentMeansNone: true });
    expect(said.measurement).toMatchObject(doubtful('is it called otherwise there?'));
    const some: Known = [...labelled, [STABLE_WITHOUT, [{}]], [WEEK, [{}]]];
    expect((await measured(some)).measurement).toMatchObject(FINE);
  });

  test('are good where the user says that there is nothing before the first failure', async () => {
    const word = { absentMeansNone: true };
    expect((await measured([], word)).measurement).toMatchObject(FINE);
    const known: Known = [[ALL, [{ version: 'v42' }, { version: 'v42', cod: '500' }]]];
    expect((await measured(known, word)).measurement).toMatchObject(doubtful('is it called cod?'));
  });

  test('of a counter of its own are no pass before it has counted any within a week', async () => {
    const bad = 'failures_total{version="{{version}}",kind="io"}';
    const seen = await measured([[WEEK, [{}]]], { bad }, 2);
    for (const one of seen.measurements) expect(one).toMatchObject(FINE);
    expect(seen.asked.filter((query) => !query.includes('deployctl'))).toEqual([
      'count(last_over_time(failures_total{version!="",kind="io"}[7d]))',
    ]);
    expect((await measured([], { bad })).measurement).toMatchObject(
      doubtful('failures_total{version!="",kind="io"}'),
    );
    const word = { bad, absentMeansNone: true };
    expect((await measured([], word)).measurement).toMatchObject(FINE);
  });

  test('are no pass where the failures cannot be looked for but as they are written', async () => {
    const bad = '{__name__="failures_total",version="{{version}}"}';
    const { asked, measurement } = await measured([], { bad });
    expect(measurement).toMatchObject({ kind: 'partial' });
    expect(asked.at(-1)).toBe(
      'count(last_over_time({__name__="failures_total",version="v42"}[7d]) or last_over_time({__name__="failures_total",version="v41"}[7d]))',
    );
  });
});
