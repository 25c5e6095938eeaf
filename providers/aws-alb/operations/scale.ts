import { ProviderError, type Scale } from '../../../src/contract/index.ts';
import { type Occupant, occupantNamed } from '../occupant.ts';
import { readPlace } from '../reading.ts';
import { countFor, fill, isFilled } from './capacity.ts';
import { type Deed, pending } from './operation.ts';

export const scale: Deed<Scale> = {
  apply: async (operation, _context, desk) => {
    const reading = await readPlace(desk.calls, desk.at, desk.signal);
    const { release } = operation;
    const occupant = occupantNamed(reading, release);
    if (!occupant)
      throw new ProviderError('permanent', `${release} is in neither of the two target groups`);
    await fill(occupant.group, occupant.all, { count: albCountOf(occupant, operation), desk });
  },

  verify: async (operation, _context, desk) => {
    const reading = await readPlace(desk.calls, desk.at, desk.signal);
    const occupant = occupantNamed(reading, operation.release);
    if (!occupant) return pending('not there');
    return isFilled(occupant.group, albCountOf(occupant, operation));
  },
};

/** Where not even the platform knows all targets, those that are there have to do. */
const albCountOf = ({ all }: Occupant, operation: Scale) => countFor(all.length, operation);
