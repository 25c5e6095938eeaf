import { Chance } from './chance.ts';
import { SHAPE_NAMES } from './shapes.ts';
import { allSweeps, dieTwice, nameOf } from './sweep.ts';

/** More than any course has, so that every point of it is drawn; what lies beyond is no second death. */
const POINTS = 260;

/** Somebody dies, and whoever comes after as well: where and how is drawn from the number. */
export async function pair(number: number): Promise<readonly string[]> {
  const chance = new Chance(number, 'pair');
  const sweep = chance.one(allSweeps(SHAPE_NAMES));
  const [first, second] = [chance.whole(1, POINTS), chance.whole(1, POINTS)];
  const { violations } = await dieTwice(sweep, first, second);
  return violations.map(
    (finding) => `${nameOf(sweep)}, killed at ${first} and ${second}: ${finding}`,
  );
}
