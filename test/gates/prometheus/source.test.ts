import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { metricOf } from '../../../gates/prometheus/metric.ts';
import { type PrometheusSettings, settings } from '../../../gates/prometheus/settings.ts';
import { createPrometheusSource } from '../../../gates/prometheus/source.ts';
import { markedIn } from '../conformance/prom.ts';
import { asking, nowhere, readingFrom, sender, serve, subject } from '../kit/rig.ts';

const source = createPrometheusSource(sender);

const COUNTS = {
  total: 'http_requests_total{version="{{version}}"}',
  bad: 'http_requests_total{version="{{version}}",code=~"5.."}',
};

function written(address: string, more: object = COUNTS): PrometheusSettings {
  return settings.parse({ address, ...more });
}

type Answer = (query: string) => unknown;

/** A server of the HTTP API: as strict as the real one with what it is asked. */
function prometheus(answer: Answer): {
  listener: RequestListener;
  asked: URLSearchParams[];
} {
  const asked: URLSearchParams[] = [];
  const listener: RequestListener = async (request, response) => {
    const form = new URLSearchParams(await text(request));
    asked.push(form);
    const isRight =
      request.method === 'POST' &&
      request.url === '/api/v1/query' &&
      request.headers['content-type'] === 'application/x-www-form-urlencoded' &&
      Number.isFinite(Number(form.get('time')));
    response.setHeader('content-type', 'application/json');
    if (!isRight) return response.writeHead(405).end('{"status":"error","error":"asked wrongly"}');
    return response.end(JSON.stringify(unionOf(form.get('query') ?? '', answer)));
  };
  return { listener, asked };
}

/** The vectors of all queries that were asked as one, each with its mark. */
function unionOf(query: string, answer: Answer): unknown {
  const marked = markedIn(query);
  if (marked.length === 0) return answer(query);
  const answers = marked.map((one) => ({ ...one, said: answer(one.query) as Vector }));
  const [first] = answers.filter(({ said }) => !Array.isArray(said?.data?.result));
  if (first) return first.said;
  const result = answers.flatMap(({ mark, said }) =>
    said.data.result.map((series) => ({ ...series, metric: { deployctl: mark } })),
  );
  return { ...answers[0]?.said, data: { ...answers[0]?.said.data, result } };
}

interface Vector {
  readonly data: { readonly resultType: string; readonly result: readonly object[] };
}

const success = (result: readonly unknown[], more: object = {}) => ({
  status: 'success',
  data: { resultType: 'vector', result },
  ...more,
});
const value = (number: string) => success([{ metric: {}, value: [1, number] }]);

const isBad = (query: string) => query.includes('code=~');

async function measured(answer: (query: string) => unknown, more?: object) {
  const { listener, asked } = prometheus(answer);
  const address = await serve(listener);
  return { measurement: await source.measure(asking(written(address, more))), asked };
}

describe('the prometheus gate', () => {
  it('counts both releases by name, over the window and at the moment when it ended', async () => {
    const { measurement, asked } = await measured((query) => value(isBad(query) ? '3' : '60'));
    expect(measurement).toMatchObject({
      kind: 'ok',
      unit: 'ratio',
      candidate: { value: 0.05, samples: 60, bad: 3, total: 60 },
      stable: { value: 0.05, samples: 60 },
      detail: '3 of 60 requests',
    });
    expect(asked).toHaveLength(1);
    const queries = markedIn(asked[0]?.get('query') ?? '').map(({ query }) => query);
    expect(queries).toHaveLength(4);
    expect(queries.filter((query) => query.includes('version="v42"'))).toHaveLength(2);
    expect(queries.filter((query) => query.includes('version="v41"'))).toHaveLength(2);
    for (const query of queries) expect(query).toContain('[1s]');
    for (const form of asked) expect(form.get('time')).toBe('1');
  });

  it('takes a series of failures that is not there for none failed', async () => {
    const { measurement } = await measured((query) => (isBad(query) ? success([]) : value('60')));
    expect(measurement).toMatchObject({ kind: 'ok', candidate: { value: 0, samples: 60, bad: 0 } });
  });

  it.each([
    ['nothing is counted', () => success([]), 'noData', /no requests/],
    ['no requests are counted', () => value('0'), 'noData', /no requests/],
    ['a value is NaN', () => value('NaN'), 'notFinite', /NaN/],
    ['a value is infinite', () => value('+Inf'), 'notFinite', /Inf/],
    [
      'more is bad than there is',
      (query: string) => value(isBad(query) ? '9' : '3'),
      'notFinite',
      /bad is more than total/,
    ],
    [
      'there are several series',
      () => success([{ value: [1, '1'] }, { value: [1, '2'] }]),
      'partial',
      /2 series: aggregate/,
    ],
    [
      'the server warns',
      () => success([{ value: [1, '5'] }], { warnings: ['a store is missing'] }),
      'partial',
      /a store is missing/,
    ],
    [
      'the query is wrong',
      () => ({ status: 'error', error: 'parse error at 7' }),
      'sourceError',
      /parse error at 7/,
    ],
    [
      'a matrix comes back',
      () => ({ status: 'success', data: { resultType: 'matrix', result: [] } }),
      'sourceError',
      /a matrix/,
    ],
    [
      'a histogram comes back',
      () => success([{ metric: {}, histogram: [1, {}] }]),
      'sourceError',
      /no plain number/,
    ],
    ['a value is no text', () => success([{ value: [1, 5] }]), 'sourceError', /no plain number/],
    ['the answer is null', () => null, 'sourceError', /without success: null/],
  ] as const)('is never a pass where %s', async (_, answer, kind, detail) => {
    const { measurement } = await measured(answer);
    expect(measurement).toMatchObject({ kind, candidate: null });
    expect(measurement.detail).toMatch(detail);
  });

  it.each([
    ['a page of a proxy', 'text/html', '<html>gateway</html>', 502],
    ['JSON that is broken off', 'application/json', '{"status":"succ', 200],
    ['ten megabytes', 'application/json', `"${'x'.repeat(10_000_000)}"`, 200],
  ])('says so where the answer is %s', async (_, type, body, status) => {
    const address = await serve((_request, response) =>
      response.writeHead(status, { 'content-type': type }).end(body),
    );
    const measurement = await source.measure(asking(written(address)));
    expect(measurement).toMatchObject({ kind: 'sourceError', candidate: null });
    expect(measurement.detail.length).toBeLessThan(400);
  });

  it('says so where nobody answers, and stops waiting when it is told to', async () => {
    const gone = await source.measure(asking(written(await nowhere())));
    expect(gone).toMatchObject({ kind: 'sourceError' });
    const silent = await serve(() => {});
    const late = asking(written(silent), { signal: AbortSignal.timeout(50) });
    expect(await source.measure(late)).toMatchObject({ kind: 'timeout' });
  });

  it('counts the slower ones from the buckets of a histogram', async () => {
    const { measurement } = await measured(
      (query) => value(query.includes('le="+Inf"') ? '100' : '90'),
      { histogram: 'request_seconds_bucket{version="{{version}}"}', slowerThan: '300ms' },
    );
    expect(measurement).toMatchObject({
      kind: 'ok',
      candidate: { value: 0.1, bad: 10, total: 100 },
    });
  });

  it('does not guess between the bounds of a histogram', async () => {
    const { measurement } = await measured(
      (query) => (query.includes('le="+Inf"') ? value('100') : success([])),
      { histogram: 'request_seconds_bucket', slowerThan: '310ms' },
    );
    expect(measurement).toMatchObject({
      kind: 'sourceError',
      detail: expect.stringMatching(/bound/),
    });
  });

  it('takes one number in the unit that is said', async () => {
    const { measurement, asked } = await measured(() => value('12.5'), {
      query: 'max(queue_length{pod=~"{{podTemplateHash}}.*",v="{{version}}"})',
      unit: 'count',
    });
    expect(measurement.kind).toBe('sourceError');
    expect(measurement.detail).toBe('{{podTemplateHash}} is not known of this platform');
    expect(asked).toEqual([]);
    const plain = await measured(() => value('12.5'), { query: 'max(queue)', unit: 'count' });
    expect(plain.measurement).toMatchObject({
      kind: 'ok',
      unit: 'count',
      candidate: { value: 12.5 },
    });
  });

  it('fills in what the platform calls each release, and lets no version end a label', async () => {
    const { listener, asked } = prometheus(() => value('5'));
    const address = await serve(listener);
    const labels = async () => ({
      service: { namespace: 'shop' },
      candidate: { podTemplateHash: 'abc' },
      stable: { podTemplateHash: 'def' },
    });
    const query = 'max(q{n="{{namespace}}",p="{{podTemplateHash}}",v="{{version}}"})';
    const candidate = { ...subject.candidate, version: 'v"} or x{a="' };
    const request = asking(written(address, { query, unit: 'count' }), {
      labels,
      subject: { candidate },
    });
    expect(await source.measure(request)).toMatchObject({ kind: 'ok' });
    expect(asked.map((form) => form.get('query')).sort()).toEqual([
      'max(q{n="shop",p="abc",v="v\\"} or x{a=\\""})',
      'max(q{n="shop",p="def",v="v41"})',
    ]);
  });

  it('sends the tenant and the headers, and nothing of a secret is told', async () => {
    const seen: unknown[] = [];
    const address = await serve((request, response) => {
      seen.push([request.headers['x-scope-orgid'], request.headers.authorization]);
      response
        .writeHead(401, { 'content-type': 'text/plain' })
        .end(`no: ${request.headers.authorization}`);
    });
    const auth = { headers: { authorization: { fromEnv: 'SHOP_AUTH' } }, tenant: 'team-a' };
    const readSecret = readingFrom({ SHOP_AUTH: 'Bearer hush-123456' });
    const own = createPrometheusSource({ ...sender, readSecret });
    const measurement = await own.measure(asking(written(address, { ...COUNTS, ...auth })));
    expect(seen[0]).toEqual(['team-a', 'Bearer hush-123456']);
    expect(measurement.kind).toBe('sourceError');
    expect(measurement.detail).not.toContain('hush');
  });

  it('tells nothing of a secret that an answer repeats, however often', async () => {
    const address = await serve((_request, response) =>
      response.writeHead(502).end('hush-123456 '.repeat(100)),
    );
    const readSecret = readingFrom({ SHOP_AUTH: 'Bearer hush-123456' });
    const headers = { authorization: { fromEnv: 'SHOP_AUTH' } };
    const { detail } = await createPrometheusSource({ ...sender, readSecret }).measure(
      asking(written(address, { ...COUNTS, headers })),
    );
    expect(detail).toContain('502');
    expect(detail).not.toContain('hush');
  });

  it('compares nothing where the query tells no release from another', async () => {
    const { measurement, asked } = await measured(() => value('7'), {
      query: 'max(queue)',
      unit: 'count',
    });
    expect(measurement).toMatchObject({ kind: 'ok', candidate: { value: 7 }, stable: null });
    expect(asked).toHaveLength(1);
    const metric = metricOf(written('http://x', { query: 'max(queue)', unit: 'count' }));
    expect(metric.comparable).toBe(false);
  });

  it('asks again by GET where nothing else is let through', async () => {
    const asked: string[] = [];
    const address = await serve((request, response) => {
      asked.push(`${request.method}`);
      const isGet = request.method === 'GET' && /[?&]query=max/.test(request.url ?? '');
      response.setHeader('content-type', 'application/json');
      response.writeHead(isGet ? 200 : 405).end(JSON.stringify(value('7')));
    });
    const request = asking(written(address, { query: 'max(q)', unit: 'count' }));
    expect(await source.measure(request)).toMatchObject({ kind: 'ok', candidate: { value: 7 } });
    expect(asked).toEqual(['POST', 'GET']);
  });

  it('says which labels of the platform its queries need', () => {
    const query = 'max(q{n="{{namespace}}",v="{{version}}",w="{{window}}"})';
    const metric = metricOf(written('http://x', { query, unit: 'ms' }));
    expect(metric).toMatchObject({
      unit: 'ms',
      windowed: true,
      delay: 5000,
      labels: ['namespace'],
    });
  });

  it.each([
    ['no question', {}],
    ['half a question', { total: 'a' }],
    ['two questions', { ...COUNTS, query: 'a', unit: 'ms' }],
  ])('refuses %s', (_, more) => {
    expect(settings.safeParse({ address: 'http://x', ...more }).success).toBe(false);
  });
});
