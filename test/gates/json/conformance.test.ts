import { expect, it } from 'vitest';
import { jsonSource } from '../../../gates/json/index.ts';
import { settings } from '../../../gates/json/settings.ts';
import { createJsonSource } from '../../../gates/json/source.ts';
import { conformance, HUSH } from '../conformance/suite.ts';
import { type Asked, type Cell, FROM, json, TO } from '../conformance/wire.ts';
import { asking, sender, serve, subject } from '../kit/rig.ts';

function fault({ method, url, headers }: Asked): string | null {
  if (method !== 'GET' || url.pathname !== '/requests') return url.pathname;
  if (headers.authorization !== `Bearer ${HUSH}`) return 'authorization';
  const { from, to } = Object.fromEntries(url.searchParams);
  return Date.parse(from ?? '') === FROM && Date.parse(to ?? '') === TO ? null : 'times';
}

const numberIn = (cell: Cell) => (cell.is === 'value' ? cell.value : null);
const timeOf = (cell: Cell) => (cell.is === 'value' ? cell.at : FROM);

conformance('json', {
  kind: async () => jsonSource as never,
  settings: (address) => ({
    url: `${address}/requests?version={{version}}&from={{from}}&to={{to}}`,
    auth: { bearer: { fromEnv: 'REPORTS' } },
    total: 'counts.total',
    bad: 'counts.bad',
    timestamp: 'at',
  }),
  env: { REPORTS: HUSH },
  fault,
  good: ({ url }, cells) => {
    const version = url.searchParams.get('version') ?? '';
    const [total, bad] = [cells('total', version), cells('bad', version)];
    const at = new Date(timeOf(total)).toISOString();
    return json({ at, counts: { total: numberIn(total), bad: numberIn(bad) } });
  },
  error: (status, error) => json({ error }, status),
  // It has one number at each path; a path to nothing is a mistake, not a zero.
  cannot: [
    'a value twice',
    'two values for one moment',
    'two series of the total',
    'two series of the bad',
  ],
  otherwise: {
    'nothing at all': 'sourceError',
    'no total': 'sourceError',
    'nothing bad': 'sourceError',
  },
  requests: 2,
});

it('lets no version end a URL or a body', async () => {
  const asked: string[] = [];
  const address = await serve((request, response) => {
    asked.push(request.url ?? '');
    request.on('data', (part) => asked.push(String(part)));
    request.on('end', () => response.end('{"waiting":"12"}'));
  });
  const given = settings.parse({
    url: `${address}/{{version}}/status`,
    method: 'POST',
    body: '{"v":"{{version}}"}',
    value: 'waiting',
    unit: 'count',
  });
  const candidate = { ...subject.candidate, version: 'v/1?"&x' };
  const request = asking(given, { subject: { candidate, stable: null } });
  const measurement = await createJsonSource(sender).measure(request);
  expect(measurement).toMatchObject({ kind: 'ok', unit: 'count', candidate: { value: 12 } });
  expect(asked).toEqual(['/v%2F1%3F%22%26x/status', '{"v":"v/1?\\"&x"}']);
});

it('lets no version end what it stands in in a path', async () => {
  const counts = [
    { v: 'v1', bad: 0 },
    { v: "x' || '1'=='1", bad: 7 },
  ];
  const address = await serve((_, response) => response.end(JSON.stringify({ counts })));
  const path = "counts[?v=='{{version}}'] | [0].bad";
  const given = settings.parse({ url: address, value: path, unit: 'count' });
  const measure = (version: string) => {
    const candidate = { ...subject.candidate, version };
    const request = asking(given, { subject: { candidate, stable: null } });
    return createJsonSource(sender).measure(request);
  };
  expect(await measure('v1')).toMatchObject({ kind: 'ok', candidate: { value: 0 } });
  expect(await measure("x' || '1'=='1")).toMatchObject({
    kind: 'sourceError',
    detail: expect.stringContaining('a JMESPath cannot hold'),
  });
});

it('is about a window only where it names one, and about a release only where it names that', () => {
  const at = (url: string) => settings.parse({ url, value: 'a', unit: 'count' });
  expect(jsonSource.metric(at('http://x/?v={{version}}&f={{from}}'))).toMatchObject({
    windowed: true,
    delay: 10_000,
  });
  const now = jsonSource.metric(at('http://x/'));
  expect(now).toMatchObject({ windowed: false, comparable: false });
});
