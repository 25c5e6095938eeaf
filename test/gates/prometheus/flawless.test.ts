import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { settings } from '../../../gates/prometheus/settings.ts';
import { createPrometheusSource } from '../../../gates/prometheus/source.ts';
import { asking, sender, serve } from '../kit/rig.ts';

type Series = Readonly<Record<string, string>>;

/** What a server knows, by a piece of the question; nothing of anything else. */
type Known = readonly (readonly [RegExp, readonly Series[] | 'refused' | 'silent'])[];

const SPAN = 1000;

const OWN = /^topk.*count by/;
const WEEK = /\[7d\]/;
const EVER = /^count\(last_over_time\(requests_total\{version!="",code=/;
const ALL = /^bottomk/;
const STABLE_WITHOUT = /^count\(last_over_time\(requests_total\{code="",version="v41"/;
const STABLE_WITH = /^count\(last_over_time\(requests_total\{code!="",version="v41"/;

/** Of each release that is asked for, and no failures. */
const totalsIn = (query: string): readonly Series[] =>
  ['0', '2']
    .filter((mark) => query.includes(`"${mark}", "", ""`))
    .map((mark) => ({ deployctl: mark }));

/** A server that has 60 requests of each release and no failure. */
async function measured(known: Known, more: object = {}, times = 1) {
  const { ask, asked } = await watched(() => known, more);
  const measurements = [];
  for (let time = 0; time < times; time++) measurements.push(await ask());
  return { measurement: measurements[0], measurements, asked };
}

/** The same, asked about the windows that one names; the time for a doubt is over where the server is silent. */
async function watched(knownNow: () => Known, more: object = {}) {
  const asked: string[] = [];
  const timers: number[] = [];
  const rings: (() => void)[] = [];
  const address = await serve(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const query = form.get('query') ?? '';
    asked.push(query);
    const value = [Number(form.get('time')), '60'];
    const metrics = query.includes('deployctl')
      ? totalsIn(query)
      : (knownNow().find(([piece]) => piece.test(query))?.[1] ?? []);
    if (metrics === 'silent') return rings.at(-1)?.();
    if (metrics === 'refused') {
      response.statusCode = 422;
      return response.end(JSON.stringify({ status: 'error', error: 'too many samples' }));
    }
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
  const after = (ms: number, ring: () => void) => {
    timers.push(ms);
    rings.push(ring);
    return () => {};
  };
  const source = createPrometheusSource({ ...sender, clock: { ...sender.clock, after } });
  const ask = (to = SPAN) =>
    source.measure(
      asking(given, { window: { from: to - SPAN, to, span: SPAN, age: 0 }, within: 5000 }),
    );
  return { ask, asked, timers };
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
    expect(asked.filter((query) => EVER.test(query))).toEqual(
      ['1h', '1d', '7d'].map(
        (range) => `count(last_over_time(requests_total{version!="",code=~"5.."}[${range}]))`,
      ),
    );
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
    expect(seen.asked.filter((query) => !query.includes('deployctl'))).toEqual(
      ['1h', '1d', '7d'].map(
        (range) => `count(last_over_time(failures_total{version!="",kind="io"}[${range}]))`,
      ),
    );
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

  test('are no pass each time that failures turn up under another name, where the counter has no labels', async () => {
    const bad = 'requests_total{error="io"}';
    const known: Known = [
      [WEEK, [{}]],
      [ALL, [{ pod: 'a' }, { pod: 'a', err: 'io' }]],
    ];
    const { measurements } = await measured(known, { total: 'requests_total', bad }, 3);
    for (const one of measurements) expect(one).toMatchObject(doubtful('is it called err?'));
  });

  test('are good where a label is on some requests of stable, too', async () => {
    const guests: Known = [
      [WEEK, [{}]],
      [ALL, [{ route: '/' }, { route: '/', tenant: 'a' }]],
    ];
    const both = 'last_over_time(requests_total{tenant="",version="v41"}[1h])';
    const { measurement, asked } = await measured([...guests, [/tenant/, [{}]]]);
    expect(measurement).toMatchObject(FINE);
    expect(asked.at(-1)).toBe(
      `count(count(${both}) and count(${both.replace('tenant=', 'tenant!=')}))`,
    );
    expect((await measured(guests)).measurement).toMatchObject(doubtful('is it called tenant?'));
  });

  test('are good where they are looked for by a word beside statuses, and it was seen or is vouched for', async () => {
    const word = { bad: 'requests_total{version="{{version}}",code="IO_ERROR"}' };
    const statuses: Known = [[OWN, [{ code: '200' }]]];
    const seen = await measured([...statuses, [WEEK, [{}]]], word, 2);
    for (const one of seen.measurements) expect(one).toMatchObject(FINE);
    const vouched = { ...word, absentMeansNone: true };
    expect((await measured(statuses, vouched)).measurement).toMatchObject(FINE);
    const never = await measured(statuses, word, 2);
    for (const one of never.measurements)
      expect(one).toMatchObject(
        doubtful('is written as "200", and code="IO_ERROR" finds no status'),
      );
    const otherwise = { bad: 'requests_total{version="{{version}}",code="5xx"}' };
    const known: Known = [...statuses, [WEEK, [{}]]];
    expect((await measured(known, otherwise)).measurement).toMatchObject(
      doubtful('no failure would ever be counted'),
    );
  });
});

describe('a week is looked back', () => {
  const LATER = 4 * 60_000;
  const of = (range: RegExp, asked: readonly string[]) =>
    asked.filter((query) => EVER.test(query) && range.test(query)).length;

  test('only as far as failures are to be found', async () => {
    const { measurement, asked } = await measured([[EVER, [{}]]]);
    expect(measurement).toMatchObject(FINE);
    expect([of(/\[1h\]/, asked), of(/\[1d\]/, asked), of(WEEK, asked)]).toEqual([1, 0, 0]);
  });

  test('not again for five minutes where nothing was there, while new failures are seen at once', async () => {
    let known: Known = [];
    const { ask, asked } = await watched(() => known);
    for (const to of [SPAN, LATER]) expect(await ask(to)).toMatchObject({ kind: 'partial' });
    expect([of(/\[1h\]/, asked), of(/\[1d\]/, asked), of(WEEK, asked)]).toEqual([2, 1, 1]);
    await ask(2 * LATER);
    expect(of(WEEK, asked)).toBe(2);
    known = [[EVER, [{}]]];
    expect(await ask(2 * LATER + SPAN)).toMatchObject(FINE);
    expect([of(/\[1h\]/, asked), of(WEEK, asked)]).toEqual([4, 2]);
  });

  test('a server that refuses to is not taken for one that saw nothing', async () => {
    const { ask, asked } = await watched(() => [[WEEK, 'refused']]);
    for (const to of [SPAN, LATER])
      expect(await ask(to)).toMatchObject(
        doubtful('whether any was counted within 7d could not be asked (it answered 422'),
      );
    expect(of(WEEK, asked)).toBe(1);
  });

  test('within the time of the reading: what is not answered makes no reading too late', async () => {
    const { ask, asked, timers } = await watched(() => [[WEEK, 'silent']]);
    expect(await ask()).toMatchObject(
      doubtful('whether any was counted within 7d could not be asked (no answer in time)'),
    );
    for (const ms of timers) expect(ms).toBeLessThanOrEqual(4000);
    await ask(SPAN + 30_000);
    expect(of(WEEK, asked)).toBe(1);
    await ask(SPAN + 60_000);
    expect(of(WEEK, asked)).toBe(2);
  });

  test.each(['refused', 'silent'] as const)('nor does what else is asked: %s', async (how) => {
    const { measurement } = await measured([[OWN, how]]);
    expect(measurement).toMatchObject(
      doubtful('no failure was found, and whether one would be could not be asked ('),
    );
  });
});
