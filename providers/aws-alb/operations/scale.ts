import { ProviderError, type Scale } from '../../../src/contract/index.ts';
import { hopeless, isHealthy, progress, standing } from '../health.ts';
import { occupantNamed } from '../occupant.ts';
import { readPlace } from '../reading.ts';
import { type Deed, DONE, pending } from './operation.ts';

/** Targets run whether they are registered or not, so all of them are from the start: fewer would save nothing. */
export const scale: Deed<Scale> = {
  apply: async ({ release }, _context, desk) => {
    const reading = await readPlace(desk.calls, desk.at, desk.signal);
    if (!occupantNamed(reading, release))
      throw new ProviderError('permanent', `${release} is in neither of the two target groups`);
  },

  verify: async ({ release, capacity, units = 0 }, _context, desk) => {
    const reading = await readPlace(desk.calls, desk.at, desk.signal);
    const occupant = occupantNamed(reading, release);
    if (!occupant) return pending('not there');
    const targets = standing(occupant.group.targets);
    const lost = hopeless(targets);
    if (lost) return { state: 'failed', reason: lost };
    const share = Math.ceil((occupant.units * capacity) / 100);
    const wanted = Math.min(occupant.units, Math.max(1, units, share));
    return targets.filter(isHealthy).length >= wanted ? DONE : pending(progress(targets, wanted));
  },
};
