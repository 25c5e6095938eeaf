import type { JudgeSpec, Measurement, Usual } from '../contract/index.ts';
import { condemns } from './comparison.ts';
import { counted, written } from './figures.ts';
import type { Finding, SoundMeasurement } from './finding.ts';
import type { JudgeState } from './judge-state.ts';
import { FEWEST } from './mann-whitney.ts';
import { middleOf } from './usual.ts';

/** What the service's own last releases say of this one; `state` has this reading in it already. */
export function againstUsual(
  spec: JudgeSpec,
  state: JudgeState,
  { candidate: reading, unit }: SoundMeasurement,
): Finding[] {
  const { usual } = spec;
  if (!usual) return [];
  const now = counted(reading, unit);
  const found = { weak: false, hard: true, limit: usual.limit };
  const than = usualWords(usual, unit);
  const isCounted = unit === 'ratio' && reading.total !== undefined;
  const worse = isCounted ? sharesAbove(spec, usual, state) : valuesAbove(usual, state, unit);
  if (worse !== null) return [{ ...found, is: 'breach', final: true, reason: `${worse}, ${than}` }];
  if (isCounted || reading.value <= usual.limit)
    return [{ ...found, is: 'good', reason: `${now}, ${than}` }];
  const few = `${Math.min(state.recent.length, FEWEST)} of ${FEWEST} readings`;
  return [{ ...found, is: 'unsure', reason: `${now}, ${than}: not beyond doubt yet, ${few}` }];
}

function sharesAbove(spec: JudgeSpec, { limit }: Usual, { unusual }: JudgeState): string | null {
  const { bad, total, windows } = unusual.since;
  if (windows === 0 || bad / total <= limit || !condemns(unusual, spec)) return null;
  const when = windows === 1 ? 'one window' : `${windows} windows`;
  return `${written(bad / total, 'ratio')} (${bad} of ${total}) in ${when}`;
}

function valuesAbove(
  { limit }: Usual,
  { recent }: JudgeState,
  unit: Measurement['unit'],
): string | null {
  if (recent.length < FEWEST || middleOf(recent) <= limit) return null;
  return `${written(middleOf(recent), unit)} in the middle of the last ${FEWEST} readings`;
}

function usualWords({ value, limit, releases, of }: Usual, unit: Measurement['unit']): string {
  const when = of === 'any time' ? '' : ` at ${of}`;
  const usually = `usual ${written(value, unit)} (${releases} releases${when})`;
  return `${usually}, limit ${written(limit, unit)}`;
}
