import { alertConformance } from '../conformance/alerts.ts';
import { type Asked, json } from '../conformance/wire.ts';

const rule = (name: string, more: object = { health: 'ok' }) => ({
  name,
  type: 'alerting',
  state: 'inactive',
  ...more,
});
const rules = (...all: readonly object[]) =>
  json({ status: 'success', data: { groups: [{ name: 'shop', rules: all }] } });
const both = rules(rule('HighErrorRate'), rule('OutOf.v42'));

const isAboutRules = ({ url }: Asked) => url.pathname === '/api/v1/rules';

function fault(asked: Asked): string | null {
  const { method, url, body, headers } = asked;
  if (headers['x-scope-orgid'] !== 'team-a') return 'tenant';
  if (isAboutRules(asked))
    return method === 'GET' && url.searchParams.get('type') === 'alert' ? null : 'rules';
  if (method !== 'POST' || url.pathname !== '/api/v1/query') return `${method} ${url.pathname}`;
  const wanted =
    'ALERTS{alertstate="firing",alertname=~"HighErrorRate|OutOf\\\\.v42",version="v42"}';
  const query = new URLSearchParams(body).get('query');
  return query === wanted ? null : `query ${query}`;
}

const vector = (names: readonly (string | undefined)[], more: object = {}) =>
  json({
    status: 'success',
    data: {
      resultType: 'vector',
      result: names.map((alertname) => ({ metric: { alertname }, value: [1, '1'] })),
    },
    ...more,
  });

alertConformance('prometheus', {
  kind: async () => (await import('../../../gates/prometheus/index.ts')).prometheusSource as never,
  settings: (address) => ({
    address,
    tenant: 'team-a',
    alerts: ['HighErrorRate', 'OutOf.v42'],
    where: { version: '{{version}}' },
  }),
  fault,
  firing: (asked, names) => (isAboutRules(asked) ? both : vector([...names, ...names])),
  error: (status, error) => json({ status: 'error', errorType: 'bad_data', error }, status),
  doubtful: {
    'that there is no such rule': {
      reply: (asked) =>
        isAboutRules(asked) ? rules(rule('HighErrorsRate'), rule('OutOf.v42')) : vector([]),
      kind: 'sourceError',
      says: 'no rule of the server is called HighErrorRate; did you mean HighErrorsRate?',
      permanent: true,
    },
    'that a rule cannot be evaluated': {
      reply: (asked) =>
        isAboutRules(asked)
          ? rules(
              rule('HighErrorRate', { health: 'err', lastError: 'many-to-many' }),
              rule('OutOf.v42'),
            )
          : vector([]),
      kind: 'sourceError',
      says: 'the rule HighErrorRate cannot be evaluated: many-to-many',
    },
    'that its rules are not to be had now': {
      reply: (asked) => (isAboutRules(asked) ? json({}, 503) : vector([])),
      kind: 'sourceError',
      says: '503',
    },
    'that a part is missing': {
      reply: (asked) =>
        isAboutRules(asked) ? both : vector([], { warnings: ['one store is away'] }),
      kind: 'partial',
      says: 'one store is away',
    },
    'a series that is not an alert': {
      reply: (asked) => (isAboutRules(asked) ? both : vector([undefined])),
      kind: 'sourceError',
      says: 'not an alert',
    },
  },
});
