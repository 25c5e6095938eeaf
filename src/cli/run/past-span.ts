import { parseDuration } from '../../lib/duration.ts';
import { type Input, textOption } from '../shell/command.ts';
import { notAMoment, spanNotPast } from './errors.ts';

/** A stretch of time that is over; wall clock ms. */
export interface Past {
  readonly from: number;
  readonly to: number;
}

/** `2026-11-28T10:00Z`, or how long ago: `2h`. Null for what is neither. */
function readMoment(text: string, now: number): number | null {
  const ago = parseDuration(text);
  if (ago !== null) return now - ago;
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text))
    return null;
  const at = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(at) ? null : at;
}

/** The stretch of time that is asked about; null for now. */
export function pastOf(input: Input): Past | null {
  const from = textOption(input.options, 'from');
  const to = textOption(input.options, 'to');
  if (from === undefined && to === undefined) return null;
  const now = input.io.clock.wall();
  const past = {
    from: momentIn('from', from, now),
    to: to === undefined ? now : momentIn('to', to, now),
  };
  if (past.from < past.to && past.to <= now) return past;
  throw spanNotPast();
}

function momentIn(name: string, given: string | undefined, now: number): number {
  const at = given === undefined ? null : readMoment(given, now);
  if (at !== null) return at;
  throw notAMoment(name, given);
}
