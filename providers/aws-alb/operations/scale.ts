import { ProviderError, type Scale } from '../../../src/contract/index.ts';
import { lostIn } from '../gone-resources.ts';
import { occupantNamed } from '../occupant.ts';
import { type AlbReading, readPlace } from '../reading.ts';
import { crewFor } from '../whole.ts';
import { fill, isFilled } from './capacity.ts';
import { type Deed, pending } from './operation.ts';

export const scale: Deed<Scale> = {
  apply: async (operation, _context, desk) => {
    const reading = await readPlace(desk);
    if (lostIn(reading, desk.at, [operation.release])) return;
    const asked = askedOf(operation, reading);
    if (!asked)
      throw new ProviderError(
        'permanent',
        `${operation.release} is in neither of the two target groups`,
      );
    await fill(asked.group, asked.crew, desk);
  },

  verify: async (operation, _context, desk) => {
    const reading = await readPlace(desk);
    const lost = lostIn(reading, desk.at, [operation.release]);
    if (lost) return lost;
    const asked = askedOf(operation, reading);
    return asked ? isFilled(asked.group, asked.crew, desk) : pending('not there');
  },
};

function askedOf(operation: Scale, reading: AlbReading) {
  const occupant = occupantNamed(reading, operation.release);
  if (!occupant) return null;
  const { made, group } = occupant;
  return { group, crew: crewFor(made, operation, { reading, group }) };
}
