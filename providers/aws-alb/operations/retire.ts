import { ProviderError, type Retire } from '../../../src/contract/index.ts';
import { placeOf } from '../connection.ts';
import type { Desk } from '../desk.ts';
import { deleteRules, headerRulesIn } from '../header-rules.ts';
import { standing } from '../health.ts';
import { GROUP_MARKS, MARK } from '../marks.ts';
import { type Occupant, occupantNamed } from '../occupant.ts';
import { type AlbReading, nameOf, readPlace } from '../reading.ts';
import { SPEC_MARKS } from '../spec-marks.ts';
import { deregister, unmark } from '../writes.ts';
import { again, type Deed, DONE, pending } from './operation.ts';

/**
 * First its rules go and its targets are let drain, for as long as the group says; then its marks.
 * The empty group keeps weight 0, so that the next release finds it checked.
 */
export const retire: Deed<Retire> = {
  apply: async ({ release, keeps }, _context, desk) => {
    const reading = await readPlace(desk);
    const own = headerRulesIn(reading).filter((rule) => rule.release === release);
    const occupant = occupantNamed(reading, release);
    if (occupant && keeps !== null && (occupant.group.weight ?? 0) > 0)
      throw new ProviderError('permanent', `${occupant.version} still has traffic`);
    await deleteRules(desk, own);
    if (occupant) await empty(occupant, desk);
    if (keeps === null) await forgetLive(reading, release, desk);
  },

  verify: async ({ release }, _context, desk) => {
    const reading = await readPlace(desk);
    const isReachable = headerRulesIn(reading).some((rule) => rule.release === release);
    if (isReachable) return again('a header still reaches it');
    const occupant = occupantNamed(reading, release);
    if (!occupant) return DONE;
    const { kept, targets } = occupant.group;
    if (kept && kept.wanted > 0) return again(`${kept.wanted} units are still wanted`);
    const left = standing(targets).length;
    if (kept && left > 0) return pending(`${left} units are on their way down`);
    if (left > 0) return again(`${left} targets are still registered`);
    const draining = targets.length;
    return draining > 0 ? pending(`${draining} targets drain`) : again('its marks are still there');
  },
};

/** Units that register themselves drain by being stopped; those that we register are stopped once they have. */
async function empty({ group, made }: Occupant, desk: Desk): Promise<void> {
  const left = standing(group.targets).map(nameOf);
  const crew = { release: made, group: group.arn };
  if (group.kept) {
    if (group.kept.wanted > 0) await desk.compute.stop(crew, desk.signal);
  } else if (left.length > 0) await deregister(desk, group.arn, left);
  if (group.targets.length > 0 || (group.kept?.wanted ?? 0) > 0) return;
  if (!group.kept) await desk.compute.stop(crew, desk.signal);
  const names = [...GROUP_MARKS, ...SPEC_MARKS].filter((name) => name in group.marks);
  if (names.length > 0) await unmark(desk, group.arn, names);
}

async function forgetLive({ marks }: AlbReading, release: string, desk: Desk): Promise<void> {
  const place = placeOf(desk.at);
  if (marks[place]?.[MARK.live] === release) await unmark(desk, place, [MARK.live]);
}
