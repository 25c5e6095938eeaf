import { promReply } from '../conformance/prom.ts';
import { conformance, HUSH } from '../conformance/suite.ts';
import { type Asked, FROM, json, queryOf, TO } from '../conformance/wire.ts';

const success = (more: object) =>
  json({ status: 'success', data: { resultType: 'vector', result: [] }, ...more });

function fault({ method, url, headers, body }: Asked): string | null {
  const form = new URLSearchParams(body);
  if (method !== 'POST' || url.pathname !== '/prom/api/v1/query')
    return `${method} ${url.pathname}`;
  if (headers['content-type'] !== 'application/x-www-form-urlencoded') return 'content-type';
  if (headers['x-scope-orgid'] !== 'team-a') return 'no org id';
  if (headers.authorization !== `Bearer ${HUSH}`) return 'authorization';
  if (form.get('time') !== String(TO / 1000)) return 'time';
  return form.get('query')?.includes('[60s]') ? null : 'range';
}

conformance('prometheus', {
  kind: async () => (await import('../../../gates/prometheus/index.ts')).prometheusSource as never,
  settings: (address) => ({
    address: `${address}/prom/`,
    auth: { bearer: { fromEnv: 'SHOP_TOKEN' } },
    tenant: 'team-a',
    total: queryOf('total'),
    bad: queryOf('bad'),
    // A counter of its own, as its server has it: without failures there is none.
    absentMeansNone: true,
  }),
  env: { SHOP_TOKEN: HUSH },
  fault,
  good: (asked, cells) =>
    promReply(asked, cells, (at) => (at === FROM || at === 0 ? TO : at) / 1000),
  error: (status, error) => json({ status: 'error', errorType: 'bad_data', error }, status),
  doubtful: {
    'that a store is missing': {
      reply: () => success({ warnings: ['No StoreAPIs matched for this query'] }),
      kind: 'partial',
    },
    'that a part of its storage is missing': {
      reply: () => success({ isPartial: true }),
      kind: 'partial',
    },
    'that it failed': {
      reply: () => json({ status: 'error', error: 'not today' }),
      kind: 'sourceError',
    },
    'a matrix': {
      reply: () => success({ data: { resultType: 'matrix', result: [] } }),
      kind: 'sourceError',
    },
    'streams of lines': {
      reply: () => success({ data: { resultType: 'streams', result: [] } }),
      kind: 'sourceError',
    },
  },
  // An instant vector has one value for each series.
  cannot: ['a value twice', 'two values for one moment'],
  requests: 1,
});
