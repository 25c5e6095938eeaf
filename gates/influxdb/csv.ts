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

/** Its last record is null where a quoted cell has no end. */
function* recordsIn(text: string): Generator<readonly string[] | null> {
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at++;
      } else isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === ',') {
      cells.push(cell);
      cell = '';
    } else if (character === '\n') {
      yield [...cells, cell];
      cells = [];
      cell = '';
    } else if (character !== '\r') cell += character;
  }
  if (isQuoted) yield null;
  else if (cells.length > 0 || cell !== '') yield [...cells, cell];
}
