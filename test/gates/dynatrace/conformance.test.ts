import { conformance, HUSH } from '../conformance/suite.ts';
import { type Asked, type Cell, FROM, json, partsIn, queryOf, TO } from '../conformance/wire.ts';

function fault({ method, url, headers }: Asked): string | null {
  if (method !== 'GET' || url.pathname !== '/e/abc/api/v2/metrics/query') return url.pathname;
  if (headers.authorization !== `Api-Token ${HUSH}`) return 'authorization';
  const { from, to, resolution } = Object.fromEntries(url.searchParams);
  const isTime = from === String(FROM) && to === String(TO) && resolution === 'Inf';
  return isTime ? null : 'times';
}

const answer = (data: readonly object[], more: object = {}) =>
  json({
    totalCount: data.length,
    nextPageKey: null,
    resolution: 'Inf',
    result: [{ metricId: 'shop.requests', data }],
    ...more,
  });

const one = (value: unknown, at = FROM) => ({
  dimensions: [],
  dimensionMap: {},
  timestamps: [at + 60_000],
  values: [value],
});

const seriesOf = (cell: Cell): object[] => {
  if (cell.is === 'several') return [one(30), one(30)];
  return cell.is === 'nothing' ? [] : [one(cell.value, cell.at)];
};

conformance('dynatrace', {
  kind: async () => (await import('../../../gates/dynatrace/index.ts')).dynatraceSource as never,
  settings: (address) => ({
    address: `${address}/e/abc`,
    token: { fromEnv: 'DT_TOKEN' },
    total: queryOf('total'),
    bad: queryOf('bad'),
  }),
  env: { DT_TOKEN: HUSH },
  fault,
  good: ({ url }, cells) => {
    const asked = partsIn(url.searchParams.get('metricSelector') ?? '');
    return answer(asked.flatMap(({ part, version }) => seriesOf(cells(part, version))));
  },
  error: (code, message) => json({ error: { code, message } }, code),
  doubtful: {
    'that a metric is not what it was': {
      reply: () => answer([one(60)], { warnings: ['The metric is deprecated'] }),
      kind: 'partial',
    },
    'that a result is not whole': {
      reply: () =>
        json({ nextPageKey: null, result: [{ warnings: ['Too many series'], data: [one(60)] }] }),
      kind: 'partial',
    },
    'that there is another page': {
      reply: () => answer([one(60)], { nextPageKey: 'next' }),
      kind: 'partial',
    },
  },
  // One value for the whole window.
  cannot: ['a value twice', 'two values for one moment'],
  requests: 4,
});
