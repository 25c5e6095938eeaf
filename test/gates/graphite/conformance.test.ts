import { conformance, HUSH } from '../conformance/suite.ts';
import { type Asked, type Cell, FROM, json, partsIn, queryOf, TO } from '../conformance/wire.ts';

const formOf = ({ body }: Asked) => new URLSearchParams(body);

function fault(asked: Asked): string | null {
  const { method, url, headers } = asked;
  const form = formOf(asked);
  if (method !== 'POST' || url.pathname !== '/render') return url.pathname;
  if (headers.authorization !== `Basic ${btoa(`shop:${HUSH}`)}`) return 'authorization';
  if (form.get('format') !== 'json') return 'format';
  const isTime =
    form.get('from') === String(FROM / 1000 - 1) && form.get('until') === `${TO / 1000 - 1}`;
  return isTime ? null : 'times';
}

function seriesOf(target: string, cell: Cell): object[] {
  switch (cell.is) {
    case 'nothing':
      return [];
    case 'several':
      return [1, 2].map((value) => ({ target, tags: {}, datapoints: [[value, FROM / 1000]] }));
    case 'value': {
      const values = cell.again === undefined ? [cell.value] : [cell.value, cell.again];
      return [{ target, tags: {}, datapoints: values.map((value) => [value, cell.at / 1000]) }];
    }
  }
}

conformance('graphite', {
  kind: async () => (await import('../../../gates/graphite/index.ts')).graphiteSource as never,
  settings: (address) => ({
    address,
    auth: { basic: { user: 'shop', password: { fromEnv: 'GRAPHITE' } } },
    total: queryOf('total'),
    bad: queryOf('bad'),
  }),
  env: { GRAPHITE: HUSH },
  fault,
  good: (asked, cells) =>
    json(
      formOf(asked)
        .getAll('target')
        .flatMap((target) => {
          const [, alias = ''] = /^alias\(.*,"(.*)"\)$/.exec(target) ?? [];
          return partsIn(target).flatMap(({ part, version }) =>
            seriesOf(alias, cells(part, version)),
          );
        }),
    ),
  error: (status, message) => ({
    status,
    headers: { 'content-type': 'text/plain' },
    body: message,
  }),
  doubtful: {
    'a series under another name': {
      reply: () => json([{ target: 'shop.requests', datapoints: [[60, FROM / 1000]] }]),
      kind: 'sourceError',
    },
    'buckets that are empty yet': {
      reply: () =>
        json(
          [0, 1, 2, 3].map((n) => ({
            target: `deployctl.${n}`,
            datapoints: [[null, FROM / 1000]],
          })),
        ),
      kind: 'noData',
    },
  },
  requests: 1,
});
