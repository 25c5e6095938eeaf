import type { Measurement, MeasurementKind, Reading } from '../../src/contract/index.ts';
import { displaySafe } from '../../src/lib/display-safe.ts';

type Unit = Measurement['unit'];

export function found(
  unit: Unit,
  readings: { readonly candidate: Reading; readonly stable?: Reading | null },
  detail: string,
): Measurement {
  const { candidate, stable = null } = readings;
  return { kind: 'ok', candidate, stable, unit, detail: oneLine(detail) };
}

export function unread(
  kind: Exclude<MeasurementKind, 'ok'>,
  detail: string,
  unit: Unit = 'yesNo',
): Measurement {
  return { kind, candidate: null, stable: null, unit, detail: oneLine(detail) };
}

/** A yes after `asked` questions. */
export function yes(detail: string, asked = 1): Measurement {
  return found('yesNo', { candidate: { value: 1, samples: asked, bad: 0, total: asked } }, detail);
}

/** A no at the last of `asked` questions. */
export function no(detail: string, asked = 1): Measurement {
  return found('yesNo', { candidate: { value: 0, samples: asked, bad: 1, total: asked } }, detail);
}

const LONGEST = 300;

/** The beginning of a foreign text, harmless for a terminal and a record. */
export function excerpt(text: string): string {
  const start = Buffer.from(text.slice(0, LONGEST)).subarray(0, LONGEST).toString();
  return oneLine(start) + (text.length > LONGEST ? ' …' : '');
}

function oneLine(text: string): string {
  return displaySafe(text.replace(/\s+/g, ' ').trim());
}
