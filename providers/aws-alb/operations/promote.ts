import type { Promote } from '../../../src/contract/index.ts';
import { placeOf } from '../connection.ts';
import { MARK } from '../marks.ts';
import { readRules } from '../reading.ts';
import { markPlace } from '../writes.ts';
import { type Deed, DONE, pending } from './operation.ts';

/** A mark on the rule, which every machine reads. */
export const promote: Deed<Promote> = {
  apply: async ({ release }, _context, desk) => {
    const { marks } = await readRules(desk);
    if (marks[placeOf(desk.at)]?.[MARK.live] !== release)
      await markPlace(desk, { [MARK.live]: release });
  },

  verify: async ({ release }, _context, desk) => {
    const { marks } = await readRules(desk);
    return marks[placeOf(desk.at)]?.[MARK.live] === release ? DONE : pending('not marked yet');
  },
};
