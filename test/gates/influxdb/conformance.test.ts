import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { csvRowsIn } from '../../../gates/influxdb/csv.ts';
import { settings } from '../../../gates/influxdb/settings.ts';
import { createInfluxdbSource } from '../../../gates/influxdb/source.ts';
import { conformance, HUSH } from '../conformance/suite.ts';
import {
  type Asked,
  type Cell,
  FROM,
  json,
  partsIn,
  queryOf,
  type Reply,
  TO,
} from '../conformance/wire.ts';
import { asking, sender, serve, subject } from '../kit/rig.ts';

interface Body {
  readonly type: string;
  readonly query: string;
  readonly dialect: { readonly header: boolean; readonly annotations: readonly string[] };
}

const iso = (ms: number) => new Date(ms).toISOString();
const range = 'range(start: {{from}}, stop: {{to}})';

function fault({ method, url, headers, body }: Asked): string | null {
  if (method !== 'POST' || url.pathname !== '/api/v2/query') return url.pathname;
  if (url.searchParams.get('org') !== 'shop') return 'org';
  if (headers.accept !== 'application/csv') return 'accept';
  if (headers.authorization !== `Token ${HUSH}`) return 'authorization';
  const { type, query, dialect } = JSON.parse(body) as Body;
  if (type !== 'flux' || !dialect.header || dialect.annotations.length > 0) return 'dialect';
  return query.includes(`range(start: ${iso(FROM)}, stop: ${iso(TO)})`) ? null : 'range';
}

const csv = (lines: readonly string[]): Reply => ({
  headers: { 'content-type': 'text/csv; charset=utf-8' },
  body: lines.map((line) => `${line}\r\n`).join(''),
});

const HEADER = ',result,table,_start,_stop,_value';
const row = (value: unknown, at = FROM) => `,_result,0,${iso(at)},${iso(at + 60_000)},${value}`;

function linesOf(cell: Cell): string[] {
  if (cell.is === 'nothing') return [''];
  if (cell.is === 'several') return [HEADER, row(30), row(30), ''];
  const again = cell.again === undefined ? [] : [row(cell.again, cell.at)];
  return [HEADER, row(cell.value ?? '', cell.at), ...again, ''];
}

conformance('influxdb', {
  kind: async () => (await import('../../../gates/influxdb/index.ts')).influxdbSource as never,
  settings: (address) => ({
    address,
    org: 'shop',
    token: { fromEnv: 'INFLUX' },
    total: `from(bucket: "${queryOf('total')}") |> ${range}`,
    bad: `from(bucket: "${queryOf('bad')}") |> ${range}`,
  }),
  env: { INFLUX: HUSH },
  fault,
  good: ({ body }, cells) => {
    const [asked] = partsIn((JSON.parse(body) as Body).query);
    return csv(asked ? linesOf(cells(asked.part, asked.version)) : ['']);
  },
  error: (status, message) => json({ code: 'invalid', message }, status),
  doubtful: {
    'that it failed under way': {
      reply: () => csv(['error,reference', '"failed to read, or so",897']),
      kind: 'sourceError',
    },
    'that it failed behind some of the data': {
      reply: () => csv([HEADER, row(60), '', 'error,reference', 'failed,897']),
      kind: 'sourceError',
    },
    'what is of a range of its own': {
      reply: () => csv([HEADER, `,_result,0,${iso(FROM - 3_600_000)},${iso(TO)},60`, '']),
      kind: 'stale',
    },
  },
  otherwise: {
    'an empty text': 'noData',
    'a value twice': 'partial',
    // No table at all is how it says that it found nothing.
    'answers with nothing': 'noData',
  },
  requests: 4,
  isText: true,
});

it('lets no version end its text, nor be read as code', async () => {
  const code = ['$', '{1 + 1}'].join('');
  const asked: string[] = [];
  const address = await serve(async (request, response) => {
    asked.push((JSON.parse(await text(request)) as Body).query);
    response.end('');
  });
  const query = `from(bucket: "{{version}}") |> ${range}`;
  const given = settings.parse({ address, org: 'shop', query, unit: 'count' });
  const candidate = { ...subject.candidate, version: `v"${code}\\` };
  const request = asking(given, { subject: { candidate, stable: null } });
  await createInfluxdbSource(sender).measure(request);
  expect(asked[0]).toContain(`from(bucket: "v\\"\\${code}\\\\")`);
});

it('reads tables with quotes, comments and lines inside of cells', () => {
  const text = '#datatype,string\r\na,b\r\n"1,""x""","2\n3"\r\n\r\nc\r\n4\r\n';
  expect(csvRowsIn(text)?.map((one) => Object.fromEntries(one))).toEqual([
    { a: '1,"x"', b: '2\n3' },
    { c: '4' },
  ]);
  expect(csvRowsIn('a,b\n1,"2')).toBeNull();
  expect(csvRowsIn('a,b\n1')).toBeNull();
});
