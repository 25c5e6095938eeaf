import type { Promote } from '../../../src/contract/index.ts';
import { placeOf } from '../connection.ts';
import { lostIn } from '../gone-resources.ts';
import { MARK } from '../marks.ts';
import { readRules } from '../reading.ts';
import { markPlace } from '../writes.ts';
import { type Deed, DONE, pending } from './operation.ts';

/** A mark on the rule, which every machine reads. */
export const promote: Deed<Promote> = {
  apply: async ({ release }, _context, desk) => {
    const reading = await readRules(desk);
    const { marks } = reading;
    if (lostIn(reading, desk.at, [])) return;
    if (marks[placeOf(desk.at)]?.[MARK.live] !== release)
      await markPlace(desk, { [MARK.live]: release });
  },

  verify: async ({ release }, _context, desk) => {
    const reading = await readRules(desk);
    const { marks } = reading;
    const lost = lostIn(reading, desk.at, []);
    if (lost) return lost;
    return marks[placeOf(desk.at)]?.[MARK.live] === release ? DONE : pending('not marked yet');
  },
};
