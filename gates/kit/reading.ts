import type { Measurement, MeasurementKind, Reading } from '../../src/contract/index.ts';
import { displaySafe } from '../../src/lib/display-safe.ts';

type ReadingUnit = Measurement['unit'];

export function found(
  unit: ReadingUnit,
  readings: { readonly candidate: Reading; readonly stable?: Reading | null },
  detail: string,
): Measurement {
  const { candidate, stable = null } = readings;
  return { kind: 'ok', candidate, stable, unit, detail: readingOneLine(detail) };
}

export function unread(
  kind: Exclude<MeasurementKind, 'ok'>,
  detail: string,
  unit: ReadingUnit = 'yesNo',
): Measurement {
  return { kind, candidate: null, stable: null, unit, detail: readingOneLine(detail) };
}

/** A yes after `asked` questions. */
export function yes(detail: string, asked = 1): Measurement {
  return found('yesNo', { candidate: { value: 1, samples: asked, bad: 0, total: asked } }, detail);
}

/** A no at the last of `asked` questions. */
export function no(detail: string, asked = 1): Measurement {
  return found('yesNo', { candidate: { value: 0, samples: asked, bad: 1, total: asked } }, detail);
}

const MAX_DETAIL_CHARS = 300;

/** The beginning of a foreign text, harmless for a terminal and a record. */
export function excerpt(text: string): string {
  const start = Buffer.from(text.slice(0, MAX_DETAIL_CHARS))
    .subarray(0, MAX_DETAIL_CHARS)
    .toString();
  return readingOneLine(start) + (text.length > MAX_DETAIL_CHARS ? ' …' : '');
}

function readingOneLine(text: string): string {
  return displaySafe(text.replace(/\s+/g, ' ').trim());
}
