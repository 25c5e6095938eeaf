/** One row of a table, by the names of its columns. */
export type CsvRow = ReadonlyMap<string, string>;

/** Tables of an answer, one below the other with an empty line between; null where it breaks off. */
export function csvRowsIn(text: string): readonly CsvRow[] | null {
  const rows: CsvRow[] = [];
  let header: readonly string[] | null = null;
  for (const line of recordsIn(text)) {
    if (line === null) return null;
    if (line.length === 1 && line[0] === '') header = null;
    else if (line[0]?.startsWith('#')) continue;
    else if (header === null) header = line;
    else if (line.length !== header.length) return null;
    else rows.push(new Map(header.map((name, index) => [name, line[index] ?? ''])));
  }
  return rows;
}

/** A quoted cell, a quote that is never closed, what parts cells and records, and other text. */
const TOKENS = /"[^"]*(?:""[^"]*)*"|"|,|\n|[^",\n]+/g;

/** Its last record is null where a quoted cell has no end. */
function* recordsIn(text: string): Generator<readonly string[] | null> {
  let cells: string[] = [];
  let cell = '';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '"') return yield null;
    if (token === ',') {
      cells.push(cell);
      cell = '';
    } else if (token === '\n') {
      yield [...cells, cell];
      cells = [];
      cell = '';
    } else cell += csvTextOf(token);
  }
  if (cells.length > 0 || cell !== '') yield [...cells, cell];
}

const csvTextOf = (token: string) =>
  token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token.replaceAll('\r', '');
