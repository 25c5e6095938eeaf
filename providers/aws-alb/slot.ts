import { type OperationContext, ProviderError, type Release } from '../../src/contract/index.ts';
import { groupName } from './arn.ts';
import { unitsIn } from './compute/spec.ts';
import type { Desk } from './desk.ts';
import { factsMark } from './facts.ts';
import { weightsIn } from './forward.ts';
import { MARK } from './marks.ts';
import { occupantNamed, occupantOf } from './occupant.ts';
import type { AlbReading, GroupReading } from './reading.ts';
import { specMarks } from './spec-marks.ts';
import { mark, setWeights } from './writes.ts';

/**
 * Gives the release the group without traffic, marked with its name, and in the rule with weight 0
 * before anything is awaited: nobody checks the targets of a group that no rule names.
 */
export async function takeSlot(
  release: Release,
  reading: AlbReading,
  { context, desk }: { readonly context: OperationContext; readonly desk: Desk },
): Promise<GroupReading> {
  const group = roomFor(release, reading);
  await keepName(reading, context, desk);
  if (group.weight === null)
    await setWeights(desk, reading.main, [
      ...weightsIn(reading.main),
      { group: group.arn, weight: 0 },
    ]);
  if (group.marks[MARK.release] !== release.id || !group.marks[MARK.key])
    await mark(desk, group.arn, {
      ...albMarksOf(release, context),
      ...factsMark(await desk.facts()),
    });
  return group;
}

/** Its own group where it has one; else the one without traffic, which must be empty. */
function roomFor(release: Release, reading: AlbReading): GroupReading {
  const own = occupantNamed(reading, release.id);
  if (own) return own.group;
  const { blue, green } = reading;
  const idle = [blue, green].find((group) => (group.weight ?? 0) === 0);
  if (!idle)
    throw new ProviderError(
      'permanent',
      `both target groups have traffic, so that there is no room for ${release.version}`,
    );
  const there = occupantOf(idle);
  if (there)
    throw new ProviderError(
      'permanent',
      `${groupName(idle.arn)} still holds ${there.version}, so that there is no room for ${release.version}: remove that first`,
    );
  return idle;
}

/** What other hands started keeps the name that the plan knows it by, whatever becomes of its targets. */
async function keepName(
  reading: AlbReading,
  { before }: OperationContext,
  desk: Desk,
): Promise<void> {
  const { live } = before;
  if (!live?.adopted) return;
  const there = occupantNamed(reading, live.id);
  if (!there || there.group.marks[MARK.release]) return;
  await mark(desk, there.group.arn, {
    [MARK.release]: live.id,
    [MARK.version]: live.version,
    ...marksOfSpec(live),
    [MARK.adopted]: 'true',
  });
}

function albMarksOf(release: Release, { key, deployment }: OperationContext) {
  return {
    [MARK.release]: release.id,
    [MARK.version]: release.version,
    ...marksOfSpec(release),
    [MARK.deployment]: deployment,
    [MARK.key]: key,
    ...(release.adopted ? { [MARK.adopted]: 'true' } : {}),
  };
}

const marksOfSpec = (release: Release) => ({
  [MARK.units]: String(unitsIn(release)),
  ...specMarks(release),
});
