import { displayLines } from '../../lib/display-safe.ts';
import { type Tone, toned } from './tones.ts';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** The lowest ones go first where there is no room. */
  readonly weight: number;
}

const SHELL_TABLE_GAP = '  ';
const cellWidthOf = (rows: readonly (readonly string[])[], column: number) =>
  Math.max(...rows.map((row) => row[column]?.length ?? 0));

/** Columns as wide as their widest cell. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => cellWidthOf(rows, column));
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    return `${SHELL_TABLE_GAP}${cells.join(SHELL_TABLE_GAP).trimEnd()}`;
  });
}

/** A table with a header, without the columns that there is no room for. */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
): string[] {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ];
  const lines = aligned(cells);
  if (columns.length <= 2 || lines.every((line) => line.length <= width)) return lines;
  const least = Math.min(...columns.map(({ weight }) => weight));
  return table(
    columns.filter(({ weight }) => weight > least),
    rows,
    width,
  );
}

interface TonedTable<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly width: number;
  readonly color: boolean;
  readonly tone: (row: Row) => Tone;
}

/** A table whose rows say by their colour how they are; safe to be shown, whatever its cells hold. */
export function tonedTable<Row>({ columns, rows, width, color, tone }: TonedTable<Row>): string[] {
  const [head = '', ...body] = table(columns, rows, width).map(displayLines);
  const painted = rows.map((row, index) => toned(tone(row), body[index] ?? '', color));
  return [head, ...painted];
}
