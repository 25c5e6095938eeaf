import { UNTIMED } from '../conformance/scenes.ts';
import { conformance, HUSH } from '../conformance/suite.ts';
import { type Asked, type Cell, FROM, json, partsIn, queryOf, TO } from '../conformance/wire.ts';

interface Search {
  readonly size: number;
  readonly track_total_hits: boolean;
  readonly query: {
    readonly bool: {
      readonly filter: readonly [
        { readonly range: { readonly '@timestamp': object } },
        { readonly query_string: { readonly query: string } },
      ];
    };
  };
}

const searchesIn = (body: string) =>
  body
    .trimEnd()
    .split('\n')
    .filter((_, index) => index % 2 === 1)
    .map((line) => JSON.parse(line) as Search);

const TIMES = JSON.stringify({ gte: FROM, lt: TO, format: 'epoch_millis' });

function fault({ method, url, headers, body }: Asked): string | null {
  if (method !== 'POST' || url.pathname !== '/logs-*/_msearch') return url.pathname;
  if (headers['content-type'] !== 'application/x-ndjson') return 'content-type';
  if (headers.authorization !== `ApiKey ${HUSH}`) return 'authorization';
  if (!body.endsWith('\n')) return 'the last line does not end';
  const isRight = ({ size, track_total_hits, query }: Search) =>
    size === 0 &&
    track_total_hits &&
    JSON.stringify(query.bool.filter[0].range['@timestamp']) === TIMES;
  return searchesIn(body).every(isRight) ? null : 'searches';
}

const found = (value: unknown, more: object = {}, relation = 'eq') => ({
  took: 1,
  timed_out: false,
  _shards: { total: 5, successful: 5, skipped: 0, failed: 0 },
  hits: { total: { value, relation }, max_score: null, hits: [] },
  status: 200,
  ...more,
});

const numberIn = (cell: Cell) => (cell.is === 'value' ? cell.value : 0);
const all = (response: object) => () => json({ took: 3, responses: Array(4).fill(response) });

conformance('elasticsearch', {
  kind: async () =>
    (await import('../../../gates/elasticsearch/index.ts')).elasticsearchSource as never,
  settings: (address) => ({
    address,
    index: 'logs-*',
    apiKey: { fromEnv: 'ELASTIC_KEY' },
    total: queryOf('total'),
    bad: queryOf('bad'),
  }),
  env: { ELASTIC_KEY: HUSH },
  fault,
  good: ({ body }, cells) =>
    json({
      took: 3,
      responses: searchesIn(body).map(({ query }) => {
        const [asked] = partsIn(query.bool.filter[1].query_string.query);
        return found(asked ? numberIn(cells(asked.part, asked.version)) : 0);
      }),
    }),
  error: (status, reason) => json({ error: { type: 'exception', reason }, status }, status),
  doubtful: {
    'that it did not end in time': { reply: all(found(60, { timed_out: true })), kind: 'partial' },
    'that shards failed': {
      reply: all(found(60, { _shards: { total: 5, successful: 4, skipped: 0, failed: 1 } })),
      kind: 'partial',
    },
    'that there are at least so many': { reply: all(found(60, {}, 'gte')), kind: 'partial' },
    'that there is no such index': {
      reply: all({
        error: { type: 'index_not_found_exception', reason: 'no such index [logs]' },
        status: 404,
      }),
      kind: 'sourceError',
    },
    'less than was asked': { reply: () => json({ responses: [found(60)] }), kind: 'sourceError' },
  },
  // A count is one number, whatever it counts.
  cannot: [...UNTIMED, 'two series of the total', 'two series of the bad'],
  // What is not there counts 0, in one search as in the other.
  otherwise: { 'no total': 'notFinite' },
  requests: 1,
});
