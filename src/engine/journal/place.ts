import type { RecordedIdentity, Store, Target } from '../../contract/index.ts';
import { hashOf } from '../../lib/canonical.ts';
import { nullIfDamaged } from './damage.ts';
import { placeTaken } from './errors.ts';
import { readTarget } from './history.ts';
import { keys, lastIn } from './keys.ts';

/** What locks. In the first edition all pins did. */
export const journalPlaceOf = ({ place, pins }: RecordedIdentity): RecordedIdentity['pins'] =>
  place ?? pins;

const hashPart = (id: string) => id.slice(id.lastIndexOf('-'));

/** Another target with records of its own at this very place: two logs would be two locks. */
async function otherLabel(store: Store, { id, identity }: Target): Promise<Target | null> {
  const place = hashOf(journalPlaceOf(identity));
  const others = (await store.list(keys.targets)).filter(
    (other) => other !== id && hashPart(other) === hashPart(id),
  );
  for (const other of others) {
    const target = await readTarget(store, other).catch(nullIfDamaged);
    const isSame = target && hashOf(journalPlaceOf(target.identity)) === place;
    if (isSame && lastIn(await store.list(keys.log(other))) !== null) return target;
  }
  return null;
}

/** Throws where the place is deployed to under another name already. */
export async function expectSoleLabel(store: Store, target: Target): Promise<void> {
  const other = await otherLabel(store, target);
  if (other) throw placeTaken(store, target, other);
}
