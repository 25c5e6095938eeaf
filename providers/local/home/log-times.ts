/** The first moment that is named near the beginning of a line, as most programs write it. */
const STAMP = /^.{0,40}?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)/;
const EPOCH_MS = /^\{.{0,40}?"(?:time|ts|timestamp)":(\d{13})\b/;

export interface TimedLine {
  readonly text: string;
  /** Wall clock ms. */
  readonly at: number;
}

/**
 * When lines of one file were written, as far as they tell: one without a time belongs to the line
 * before it; where none has one, all that is known is when the file was last written to. Their order
 * stays as it is.
 */
export function linesTimed(lines: readonly string[], lastWrite: number): readonly TimedLine[] {
  const own = lines.map(timeIn);
  const first = own.find((at) => at !== null) ?? lastWrite;
  let at = first;
  return lines.map((text, i) => {
    at = Math.max(at, own[i] ?? at);
    return { text, at };
  });
}

function timeIn(line: string): number | null {
  const epoch = EPOCH_MS.exec(line)?.[1];
  if (epoch) return Number(epoch);
  const stamp = STAMP.exec(line)?.[1];
  const at = stamp ? Date.parse(stamp.replace(',', '.').replace(' ', 'T')) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
