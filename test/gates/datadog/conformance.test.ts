import { UNTIMED } from '../conformance/scenes.ts';
import { conformance, HUSH } from '../conformance/suite.ts';
import { type Asked, type Cell, isAskedTime, json, partsIn, queryOf } from '../conformance/wire.ts';

interface Body {
  readonly data: {
    readonly type: string;
    readonly attributes: {
      readonly from: number;
      readonly to: number;
      readonly queries: readonly {
        readonly name: string;
        readonly query: string;
        readonly data_source: string;
        readonly aggregator: string;
      }[];
      readonly formulas: readonly { readonly formula: string }[];
    };
  };
}

const secret = { fromEnv: 'DD_APP_KEY' };

function fault({ method, url, headers, body }: Asked): string | null {
  if (method !== 'POST' || url.pathname !== '/api/v2/query/scalar') return url.pathname;
  if (headers['content-type'] !== 'application/json') return 'content-type';
  if (headers['dd-api-key'] !== 'api' || headers['dd-application-key'] !== HUSH) return 'keys';
  const { type, attributes } = (JSON.parse(body) as Body).data;
  if (type !== 'scalar_request' || !isAskedTime(attributes.from, attributes.to)) return 'time';
  const names = attributes.formulas.map(({ formula }) => formula);
  return attributes.queries.every(
    ({ name, data_source, aggregator }) =>
      names.includes(name) && data_source === 'metrics' && aggregator === 'sum',
  )
    ? null
    : 'queries';
}

const valuesOf = (cell: Cell): unknown[] => {
  if (cell.is === 'several') return [30, 30];
  return cell.is === 'nothing' ? [null] : [cell.value];
};

const columns = (of: readonly object[], more: object = {}) =>
  json({ data: { id: '0', type: 'scalar_response', attributes: { columns: of } }, ...more });

conformance('datadog', {
  kind: async () => (await import('../../../gates/datadog/index.ts')).datadogSource as never,
  settings: (address) => ({
    address,
    apiKey: { fromEnv: 'DD_API_KEY' },
    applicationKey: secret,
    total: queryOf('total'),
    bad: queryOf('bad'),
    absentMeansNone: true,
  }),
  doubtsNone: true,
  env: { DD_API_KEY: 'api', DD_APP_KEY: HUSH },
  fault,
  good: ({ body }, cells) =>
    columns(
      (JSON.parse(body) as Body).data.attributes.queries.map(({ name, query }) => {
        const [{ part, version } = { part: 'total' as const, version: '' }] = partsIn(query);
        const values = valuesOf(cells(part, version));
        return { name, type: 'number', values, meta: { unit: null } };
      }),
    ),
  error: (status, message) => json({ errors: [message] }, status),
  doubtful: {
    'that it failed': {
      reply: () => columns([], { errors: 'the query could not be parsed' }),
      kind: 'sourceError',
    },
    'a table by groups': {
      reply: () =>
        columns([
          { name: 'host', type: 'group', values: [['a'], ['b']] },
          { name: 'q0', type: 'number', values: [1, 2] },
        ]),
      kind: 'partial',
    },
    'no column at all': { reply: () => columns([]), kind: 'noData' },
    'less than was asked': {
      reply: () => columns([{ name: 'q0', type: 'number', values: [1] }]),
      kind: 'sourceError',
    },
  },
  cannot: UNTIMED,
  requests: 1,
});
