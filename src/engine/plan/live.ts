import type { Observation, ReleaseId, Split } from '../../contract/index.ts';
import { correctObservation, DUST } from '../world/corrected-observation.ts';

/** Who is live by what is read: whoever has all of the traffic is, even where the mark of it is lost. */
export function liveIn({ live, split }: Pick<Observation, 'live' | 'split'>): ReleaseId | null {
  if (live !== null) return live;
  const [most] = weighted(split);
  return most && most[1] >= 100 - DUST ? most[0] : null;
}

/** The observation as plans are made of it. */
export function withLive(observation: Observation): Observation {
  const { seen } = correctObservation(observation);
  return { ...seen, live: liveIn(seen) };
}

/** Who serves most of this split, besides that one; null where nobody does. */
export function mostServing(split: Split | null, besides: ReleaseId): ReleaseId | null {
  return weighted(split).find(([id]) => id !== besides)?.[0] ?? null;
}

function weighted(split: Split | null): readonly (readonly [ReleaseId, number])[] {
  return Object.entries(split ?? {})
    .filter(([, weight]) => weight > 0)
    .sort(([, a], [, b]) => b - a);
}
