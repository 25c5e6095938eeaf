import type { Capabilities } from '../../../src/contract/index.ts';
import type { Rollout } from './rollout.ts';

/** A place in the steps of a Rollout where it stands still. */
export interface RolloutStop {
  /** Percent of the traffic that the new version has there. */
  readonly weight: number;
  /** It goes on by itself after this time; null where it waits for somebody. */
  readonly goesOnAfter: string | null;
}

/** Where the controller stops on its way, in order. */
export function stopsOf({ spec }: Rollout): readonly RolloutStop[] {
  const { canary, blueGreen } = spec.strategy;
  if (blueGreen)
    return blueGreen.autoPromotionEnabled === false ? [{ weight: 0, goesOnAfter: null }] : [];
  const full = canary?.trafficRouting?.maxTrafficWeight ?? 100;
  const stops: RolloutStop[] = [];
  let weight = 0;
  for (const { setWeight, pause } of canary?.steps ?? []) {
    weight = setWeight === undefined ? weight : (100 * setWeight) / full;
    if (!pause) continue;
    const { duration } = pause;
    const goesOnAfter = duration === undefined ? null : duration;
    stops.push({
      weight,
      goesOnAfter: typeof goesOnAfter === 'number' ? `${goesOnAfter}s` : goesOnAfter,
    });
  }
  return stops;
}

/** The steps are the Rollout's own: nobody else can say what it may be asked for. */
export function stopWeightsOf(rollout: Rollout): Capabilities['weights'] {
  const weights = stopsOf(rollout).map(({ weight }) => weight);
  return { only: [...new Set(weights)].filter((weight) => weight > 0 && weight < 100) };
}

/** Whether a new version gets traffic before anybody is asked. */
export const startsWithTraffic = (rollout: Rollout): boolean =>
  (stopsOf(rollout)[0]?.weight ?? 100) > 0;
