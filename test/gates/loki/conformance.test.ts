import { promReply } from '../conformance/prom.ts';
import { conformance, HUSH } from '../conformance/suite.ts';
import { type Asked, FROM, json, queryOf, TO } from '../conformance/wire.ts';

function fault({ method, url, headers, body }: Asked): string | null {
  const form = new URLSearchParams(body);
  if (method !== 'POST' || url.pathname !== '/loki/api/v1/query') return url.pathname;
  if (headers['content-type'] !== 'application/x-www-form-urlencoded') return 'content-type';
  if (headers['x-scope-orgid'] !== 'team-a') return 'no org id';
  if (headers.authorization !== `Bearer ${HUSH}`) return 'authorization';
  if (form.get('time') !== String(TO / 1000)) return 'time';
  const isCount = /^sum\(count_over_time\(.* \[60s\]\)\)$/.test(form.get('query') ?? '');
  return isCount ? null : 'query';
}

const success = (data: object, more: object = {}) => json({ status: 'success', data, ...more });

conformance('loki', {
  kind: async () => (await import('../../../gates/loki/index.ts')).lokiSource as never,
  settings: (address) => ({
    address,
    auth: { bearer: { fromEnv: 'LOKI' } },
    tenant: 'team-a',
    total: queryOf('total'),
    bad: queryOf('bad'),
  }),
  env: { LOKI: HUSH },
  fault,
  good: (asked, cells) =>
    promReply(asked, cells, (at) => (at === FROM || at === 0 ? TO : at) / 1000),
  error: (status, message) => ({
    status,
    headers: { 'content-type': 'text/plain' },
    body: message,
  }),
  doubtful: {
    'lines instead of a number': {
      reply: () => success({ resultType: 'streams', result: [] }),
      kind: 'sourceError',
    },
    'that a part is missing': {
      reply: () =>
        success({ resultType: 'vector', result: [] }, { warnings: ['a shard did not answer'] }),
      kind: 'partial',
    },
  },
  cannot: ['a value twice', 'two values for one moment'],
  requests: 4,
});
