import type { Start } from '../../../src/contract/index.ts';
import { ensureHeaderRule, headerRulesIn } from '../header-rules.ts';
import { hopeless, isHealthy, progress, standing } from '../health.ts';
import { occupantNamed } from '../occupant.ts';
import { readPlace } from '../reading.ts';
import { targetsIn } from '../release.ts';
import { missing, takeSlot } from '../slot.ts';
import { register } from '../writes.ts';
import { again, type Deed, DONE, pending } from './operation.ts';

export const start: Deed<Start> = {
  apply: async ({ release }, context, desk) => {
    const reading = await readPlace(desk.calls, desk.at, desk.signal);
    const group = await takeSlot(release, reading, { context, desk });
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
