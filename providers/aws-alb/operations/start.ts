import type { Start } from '../../../src/contract/index.ts';
import { ensureHeaderRule, headerRulesIn } from '../header-rules.ts';
import { occupantNamed } from '../occupant.ts';
import { readPlace } from '../reading.ts';
import { takeSlot } from '../slot.ts';
import { crewFor } from '../whole.ts';
import { fill, isFilled } from './capacity.ts';
import { again, type Deed } from './operation.ts';

export const start: Deed<Start> = {
  apply: async (operation, context, desk) => {
    const { release } = operation;
    const reading = await readPlace(desk);
    const group = await takeSlot(release, reading, { context, desk });
    await fill(group, crewFor(release, operation, { reading, group }), desk);
    await ensureHeaderRule(desk, reading, {
      role: 'preview',
      release: release.id,
      group: group.arn,
      header: { name: desk.at.previewHeader, value: release.id },
    });
  },

  verify: async (operation, _context, desk) => {
    const { release } = operation;
    const reading = await readPlace(desk);
    const occupant = occupantNamed(reading, release.id);
    if (!occupant || occupant.group.weight === null) return again('not started yet');
    const isReachable = headerRulesIn(reading).some((rule) => rule.release === release.id);
    if (!isReachable) return again('nothing reaches it by its header yet');
    const { group } = occupant;
    return isFilled(group, crewFor(release, operation, { reading, group }), desk);
  },
};
