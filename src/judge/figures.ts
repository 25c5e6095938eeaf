import type { Measurement, Reading } from '../contract/index.ts';

type FiguresUnit = Measurement['unit'];

/** `9.81 %`, `812 ms`, `12.5/s`. */
export function written(value: number, unit: FiguresUnit): string {
  switch (unit) {
    case 'ratio':
      return `${rounded(value * 100)} %`;
    case 'ms':
      return `${rounded(value)} ms`;
    case 'perSecond':
      return `${rounded(value)}/s`;
    case 'yesNo':
      return value >= 1 ? 'yes' : 'no';
    case 'count':
      return String(rounded(value));
  }
}

/** The value with the counts it was made of: `9.81 % (41 of 418)`. */
export function counted(reading: Reading, unit: FiguresUnit): string {
  const value = written(reading.value, unit);
  if (unit !== 'ratio' || reading.bad === undefined || reading.total === undefined) return value;
  // A share of good ones is told with those that are missing of it.
  const isShareOfBad = Math.abs(reading.value * reading.total - reading.bad) < 1;
  const of = `${rounded(reading.bad)} of ${rounded(reading.total)}`;
  return `${value} (${isShareOfBad ? of : `${of} failed`})`;
}

export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
