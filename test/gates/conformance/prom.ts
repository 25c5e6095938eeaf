import { type Asked, type Cell, type Cells, json, partsIn, type Reply } from './wire.ts';

/** The queries that were asked as one, each with its mark. */
export function markedIn(query: string): { mark: string; query: string }[] {
  const found = query.matchAll(/label_replace\((.*?), "deployctl", "(\d+)", "", ""\)/gs);
  return [...found].map(([, inner = '', mark = '']) => ({ mark, query: inner }));
}

/** An answer of the HTTP API of Prometheus: each query that was asked, with its mark. */
export function promReply(asked: Asked, cells: Cells, cellAt: (at: number) => number): Reply {
  const form = new URLSearchParams(asked.body);
  const query = form.get('query') ?? '';
  const marked = markedIn(query);
  const each = marked.length > 0 ? marked : [{ mark: null, query }];
  const result = each.flatMap(({ mark, query: one }) => {
    const [first] = partsIn(one);
    if (!first) return [];
    return samplesOf(cells(first.part, first.version), cellAt).map((value) => ({
      metric: mark === null ? {} : { deployctl: mark },
      value,
    }));
  });
  return json({ status: 'success', data: { resultType: 'vector', result } });
}

/** Values are texts, at the moment that was asked about. */
function samplesOf(cell: Cell, cellAt: (at: number) => number): (readonly [number, unknown])[] {
  switch (cell.is) {
    case 'nothing':
      return [];
    case 'several':
      return [
        [cellAt(0), '30'],
        [cellAt(0), '30'],
      ];
    case 'value':
      return [[cellAt(cell.at), cell.value === null ? null : String(cell.value)]];
  }
}
