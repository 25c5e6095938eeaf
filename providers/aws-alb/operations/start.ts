import {
  type OperationContext,
  ProviderError,
  type Release,
  type Start,
} from '../../../src/contract/index.ts';
import { groupName } from '../arn.ts';
import type { Desk } from '../desk.ts';
import { weightsIn } from '../forward.ts';
import { ensureHeaderRule, headerRulesIn } from '../header-rules.ts';
import { hopeless, isHealthy, progress, standing } from '../health.ts';
import { MARK } from '../marks.ts';
import { occupantNamed, occupantOf } from '../occupant.ts';
import { type GroupReading, nameOf, type Reading, readPlace } from '../reading.ts';
import { targetsIn } from '../release.ts';
import { mark, register, setWeights } from '../writes.ts';
import { again, type Deed, DONE, pending } from './operation.ts';

/** The idle group gets weight 0 before its targets are awaited: nobody checks a group without a rule. */
export const start: Deed<Start> = {
  apply: async ({ release }, context, desk) => {
    const reading = await readPlace(desk.calls, desk.at, desk.signal);
    const group = roomFor(release, reading);
    await keepName(reading, context, desk);
    if (group.weight === null) await attach(reading, group, desk);
    if (group.marks[MARK.release] !== release.id || !group.marks[MARK.key])
      await mark(desk, group.arn, marksOf(release, context));
    await register(desk, group.arn, missing(release, group));
    await ensureHeaderRule(desk, reading, {
      role: 'preview',
      release: release.id,
      group: group.arn,
      header: { name: desk.at.previewHeader, value: release.id },
    });
  },

  verify: async ({ release, capacity, units = 0 }, _context, desk) => {
    const reading = await readPlace(desk.calls, desk.at, desk.signal);
    const occupant = occupantNamed(reading, release.id);
    if (!occupant || occupant.group.weight === null) return again('not started yet');
    const { group } = occupant;
    const lacking = missing(release, group);
    if (lacking.length > 0) return again(`${lacking.length} targets are not registered`);
    const previewed = headerRulesIn(reading).some((rule) => rule.release === release.id);
    if (!previewed) return again('nothing reaches it by its header yet');
    const targets = standing(group.targets);
    const lost = hopeless(targets);
    if (lost) return { state: 'failed', reason: lost };
    const all = targetsIn(release).length;
    const wanted = Math.min(all, Math.max(1, units, Math.ceil((all * capacity) / 100)));
    return targets.filter(isHealthy).length >= wanted ? DONE : pending(progress(targets, wanted));
  },
};

/** Its own group where it has one; else the one without traffic, which must be empty. */
function roomFor(release: Release, reading: Reading): GroupReading {
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
async function keepName(reading: Reading, { before }: OperationContext, desk: Desk): Promise<void> {
  const { live } = before;
  if (!live?.adopted) return;
  const there = occupantNamed(reading, live.id);
  if (!there || there.group.marks[MARK.release]) return;
  await mark(desk, there.group.arn, {
    [MARK.release]: live.id,
    [MARK.version]: live.version,
    [MARK.units]: String(targetsIn(live).length),
    [MARK.adopted]: 'true',
  });
}

async function attach({ main }: Reading, { arn }: GroupReading, desk: Desk): Promise<void> {
  await setWeights(desk, main, [...weightsIn(main), { group: arn, weight: 0 }]);
}

function marksOf(release: Release, { key, deployment }: OperationContext) {
  return {
    [MARK.release]: release.id,
    [MARK.version]: release.version,
    [MARK.units]: String(targetsIn(release).length),
    [MARK.deployment]: deployment,
    [MARK.key]: key,
    ...(release.adopted ? { [MARK.adopted]: 'true' } : {}),
  };
}

function missing(release: Release, { targets }: GroupReading): readonly string[] {
  const there = new Set(standing(targets).map(nameOf));
  return targetsIn(release).filter((target) => !there.has(target));
}
