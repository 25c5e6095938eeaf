import type { Measurement, Reading } from '../../../src/contract/index.ts';
import { excerpt, found, unread } from '../reading.ts';

/** What one query came to. */
export type Found =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'nothing' }
  | NotFound;

export interface NotFound {
  readonly kind: 'partial' | 'stale' | 'notFinite' | 'sourceError';
  readonly detail: string;
}

/** One release's numbers, or why there are none. */
export type CountsTally = Reading | Exclude<Found, { kind: 'value' }>;

export const NOTHING_COUNTED: Found = { kind: 'nothing' };
export const fault = (detail: string): NotFound => ({ kind: 'sourceError', detail });
export const partly = (detail: string): NotFound => ({ kind: 'partial', detail });

/** A number as JSON has it, or as a text; null for a gap. Anything else is none, and never zero. */
export function numberFound(given: unknown): Found {
  if (given === null || given === undefined) return NOTHING_COUNTED;
  if (typeof given !== 'number' && typeof given !== 'string')
    return fault('the query gives no plain number');
  const value = typeof given === 'number' || given.trim() !== '' ? Number(given) : Number.NaN;
  return Number.isFinite(value)
    ? { kind: 'value', value }
    : { kind: 'notFinite', detail: `the value is ${excerpt(String(given)) || 'an empty text'}` };
}

/** How the answers to a question make one reading; the first is the total where there are two. */
export type CountedAs = 'number' | 'bad' | 'success' | 'slow';

export function tallyOf(
  as: CountedAs,
  [first = NOTHING_COUNTED, part = NOTHING_COUNTED]: readonly Found[],
): CountsTally {
  if (as === 'number') return first.kind === 'value' ? { value: first.value, samples: 1 } : first;
  return countsOf(as, first, part);
}

/** A healthy service has no series of failures: nothing bad is zero, and nothing at all is no data. */
function countsOf(as: Exclude<CountedAs, 'number'>, total: Found, part: Found): CountsTally {
  if (total.kind !== 'value') return total;
  const all = Math.round(total.value);
  if (all < 0) return { kind: 'notFinite', detail: `${all} requests: a count is never below 0` };
  if (part.kind === 'nothing' && as === 'slow' && all > 0)
    return fault('the histogram has no bucket with this bound');
  if (part.kind !== 'value' && part.kind !== 'nothing') return part;
  const counted = part.kind === 'value' ? Math.round(part.value) : 0;
  if (counted < 0) return { kind: 'notFinite', detail: `${counted} bad: a count is never below 0` };
  const bad = Math.max(0, as === 'slow' ? all - counted : counted);
  if (bad > all)
    return { kind: 'notFinite', detail: `${bad} bad of ${all}: bad is more than total` };
  if (all === 0) return { kind: 'nothing' };
  return { value: as === 'success' ? 1 - bad / all : bad / all, samples: all, bad, total: all };
}

const NO_REQUESTS = 'no requests are counted';

export function measurementOf(
  { unit, as }: { readonly unit: Measurement['unit']; readonly as: CountedAs },
  candidate: CountsTally,
  stable: CountsTally | null,
): Measurement {
  if ('kind' in candidate) {
    if (candidate.kind === 'nothing')
      return unread('noData', as === 'number' ? 'the query gives nothing' : NO_REQUESTS, unit);
    return unread(candidate.kind, candidate.detail, unit);
  }
  const compared = stable && !('kind' in stable) ? stable : null;
  return found(unit, { candidate, stable: compared }, tallyWords(candidate));
}

function tallyWords({ value, bad, total }: Reading): string {
  return total === undefined ? `${value}` : `${bad} of ${total} requests`;
}
