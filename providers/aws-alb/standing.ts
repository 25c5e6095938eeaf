import type { Match, Split } from '../../src/contract/index.ts';
import { type Connection, placeOf } from './connection.ts';
import { albSharesOf, weightsIn } from './forward.ts';
import { headerRulesIn } from './header-rules.ts';
import { MARK } from './marks.ts';
import { type Occupant, occupantsOf } from './occupant.ts';
import type { AlbReading, RulesReading } from './reading.ts';

/** Who has how much of the traffic. Null where no release has any. */
export function albSplitOf(reading: AlbReading): Split | null {
  const shares = albSharesOf(weightsIn(reading.main));
  const split: Record<string, number> = {};
  for (const { id, group } of occupantsOf(reading)) {
    const share = shares.get(group.arn);
    if (share !== undefined) split[id] = albRounded(share);
  }
  return Object.values(split).some((share) => share > 0) ? split : null;
}

/** 33.3, not 33.33333: finer than weights can be. */
const albRounded = (share: number) => Math.round(share * 1_000) / 1_000;

/** The marked one; where the mark is lost or of nobody here, whoever has most of the traffic. */
export function albLiveOf(reading: AlbReading, at: Connection): Occupant | null {
  const named = reading.marks[placeOf(at)]?.[MARK.live];
  const occupants = occupantsOf(reading);
  const marked = occupants.find(({ id }) => id === named);
  if (marked) return marked;
  const split = albSplitOf(reading) ?? {};
  const [most] = occupants
    .filter(({ id }) => (split[id] ?? 0) > 0)
    .sort((a, b) => (split[b.id] ?? 0) - (split[a.id] ?? 0));
  return most ?? null;
}

export function albMatchOf(reading: RulesReading): Match | null {
  const found = headerRulesIn(reading).find(({ role }) => role === 'match');
  return found ? { release: found.release, header: found.header } : null;
}
