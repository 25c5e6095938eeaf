import { UNTIMED } from '../conformance/scenes.ts';
import { conformance, HUSH } from '../conformance/suite.ts';
import { type Asked, type Cell, isAskedTime, json, partsIn, queryOf } from '../conformance/wire.ts';

interface Body {
  readonly query: string;
  readonly variables: Readonly<Record<string, string | number>>;
}

const queriesIn = (body: string) =>
  Object.entries((JSON.parse(body) as Body).variables).flatMap(([name, query]) =>
    /^q\d$/.test(name) && typeof query === 'string' ? [[name.slice(1), query] as const] : [],
  );

function fault({ method, headers, body }: Asked): string | null {
  if (method !== 'POST' || headers['content-type'] !== 'application/json') return 'request';
  if (headers['api-key'] !== HUSH) return 'key';
  const { query, variables } = JSON.parse(body) as Body;
  if (variables.account !== 7) return 'account';
  if (!query.startsWith('query($account:Int!,$q0:Nrql!')) return `document ${query}`;
  const isTimed = ([, one]: readonly [string, string]) => {
    const [, from, to] = / SINCE (\d+) UNTIL (\d+)$/.exec(one) ?? [];
    return isAskedTime(Number(from), Number(to));
  };
  return queriesIn(body).every(isTimed) ? null : 'times';
}

const rowsOf = (cell: Cell): object[] => {
  if (cell.is === 'several') return [{ count: 30 }, { count: 30 }];
  return cell.is === 'nothing' ? [] : [{ count: cell.value }];
};

const answer = (fields: object, more: object = {}) =>
  json({ data: { actor: { account: fields } }, ...more });

conformance('newrelic', {
  kind: async () => (await import('../../../gates/newrelic/index.ts')).newrelicSource as never,
  settings: (address) => ({
    address: `${address}/graphql`,
    account: 7,
    apiKey: { fromEnv: 'NEW_RELIC' },
    total: `SELECT count(*) FROM ${queryOf('total')}`,
    bad: `SELECT count(*) FROM ${queryOf('bad')}`,
    absentMeansNone: true,
  }),
  doubtsNone: true,
  env: { NEW_RELIC: HUSH },
  fault,
  good: ({ body }, cells) =>
    answer(
      Object.fromEntries(
        queriesIn(body).map(([index, query]) => {
          const [{ part, version } = { part: 'total' as const, version: '' }] = partsIn(query);
          return [`r${index}`, { results: rowsOf(cells(part, version)) }];
        }),
      ),
    ),
  error: (status, message) => json({ errors: [{ message }] }, status),
  doubtful: {
    'that it failed, with some of the data': {
      reply: () =>
        answer(
          { r0: { results: [{ count: 60 }] } },
          { errors: [{ message: 'NRQL Syntax Error' }] },
        ),
      kind: 'sourceError',
    },
    'several numbers': {
      reply: () =>
        answer(
          Object.fromEntries([0, 1, 2, 3].map((n) => [`r${n}`, { results: [{ a: 1, b: 2 }] }])),
        ),
      kind: 'partial',
    },
  },
  cannot: UNTIMED,
  requests: 1,
});
