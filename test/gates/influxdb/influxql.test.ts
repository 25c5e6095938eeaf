import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { settings } from '../../../gates/influxdb/settings.ts';
import { createInfluxdbSource } from '../../../gates/influxdb/source.ts';
import { conformance, HUSH } from '../conformance/suite.ts';
import { type Asked, type Cell, FROM, json, partsIn, queryOf, TO } from '../conformance/wire.ts';
import { asking, sender, serve, subject } from '../kit/rig.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const range = "time >= '{{from}}' AND time < '{{to}}'";

function fault({ method, url, headers, body }: Asked): string | null {
  if (method !== 'POST' || url.pathname !== '/query') return url.pathname;
  if (url.searchParams.get('db') !== 'shop') return 'db';
  if (url.searchParams.get('epoch') !== 'ms') return 'epoch';
  if (headers.authorization !== `Basic ${btoa(`shop:${HUSH}`)}`) return 'authorization';
  const statements = (new URLSearchParams(body).get('q') ?? '').split(';');
  if (statements.length !== 4) return 'statements';
  const wanted = `time >= '${iso(FROM)}' AND time < '${iso(TO)}'`;
  return statements.every((one) => one.includes(wanted)) ? null : 'range';
}

const series = (values: readonly unknown[][]) => ({
  name: 'requests',
  columns: ['time', 'sum'],
  values,
});

function resultOf(cell: Cell): object {
  if (cell.is === 'nothing') return {};
  if (cell.is === 'several') return { series: [series([[FROM, 30]]), series([[FROM, 30]])] };
  const again = cell.again === undefined ? [] : [[cell.at, cell.again]];
  return { series: [series([[cell.at, cell.value], ...again])] };
}

const results = (of: readonly object[]) =>
  json({ results: of.map((one, statement_id) => ({ statement_id, ...one })) });

conformance('influxdb, by InfluxQL', {
  kind: async () => (await import('../../../gates/influxdb/index.ts')).influxdbSource as never,
  settings: (address) => ({
    address,
    database: 'shop',
    auth: { basic: { user: 'shop', password: { fromEnv: 'INFLUX' } } },
    total: `SELECT sum(n) FROM ${queryOf('total')} WHERE ${range}`,
    bad: `SELECT sum(n) FROM ${queryOf('bad')} WHERE ${range}`,
  }),
  env: { INFLUX: HUSH },
  fault,
  good: ({ body }, cells) =>
    results(
      partsIn(new URLSearchParams(body).get('q') ?? '').map(({ part, version }) =>
        resultOf(cells(part, version)),
      ),
    ),
  error: (status, message) => json({ error: message }, status),
  doubtful: {
    'that a statement failed': {
      reply: () => results([{}, {}, {}, { error: 'retention policy not found: week' }]),
      kind: 'sourceError',
    },
    'that it cannot say at all': {
      reply: () => json({ error: 'database not found: shop' }),
      kind: 'sourceError',
    },
    'fewer results than there are statements': {
      reply: () => results([{ series: [series([[FROM, 60]])] }]),
      kind: 'sourceError',
    },
    'that there are more rows': {
      reply: () => results(Array(4).fill({ series: [series([[FROM, 60]])], partial: true })),
      kind: 'partial',
    },
    'a warning': {
      reply: () =>
        results(
          Array(4).fill({
            series: [series([[FROM, 60]])],
            messages: [{ level: 'warning', text: 'deprecated' }],
          }),
        ),
      kind: 'partial',
    },
    'several columns': {
      reply: () =>
        results(
          Array(4).fill({
            series: [{ name: 'requests', columns: ['time', 'a', 'b'], values: [[FROM, 60, 1]] }],
          }),
        ),
      kind: 'sourceError',
    },
  },
  // It owes one row: two of them are not one value.
  otherwise: { 'a value twice': 'partial' },
  requests: 1,
});

it('lets no version end its text', async () => {
  const asked: string[] = [];
  const address = await serve(async (request, response) => {
    asked.push(new URLSearchParams(await text(request)).get('q') ?? '');
    response.end('{"results":[{"statement_id":0}]}');
  });
  const query = `SELECT max(x) FROM a WHERE ${range} AND version = '{{version}}'`;
  const given = settings.parse({ address, database: 'shop', query, unit: 'count' });
  const candidate = { ...subject.candidate, version: `v' OR "1"=1 \\` };
  const measurement = await createInfluxdbSource(sender).measure(
    asking(given, { subject: { candidate, stable: null } }),
  );
  expect(measurement.kind).toBe('noData');
  expect(asked[0]).toContain(`version = 'v\\' OR \\"1\\"=1 \\\\'`);
});

it.each([
  [{ org: 'shop', database: 'shop' }, 'exactly one of'],
  [{}, 'exactly one of'],
  [{ database: 'shop', query: `SELECT 1 WHERE ${range}; DROP SERIES` }, 'a single statement'],
])('refuses %j', (more, words) => {
  const query = `SELECT max(x) FROM a WHERE ${range}`;
  const parsed = settings.safeParse({ address: 'http://a', query, unit: 'count', ...more });
  expect(parsed.error?.issues.map(({ message }) => message).join()).toContain(words);
});
