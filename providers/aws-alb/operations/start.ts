import type { OperationContext, Start } from '../../../src/contract/index.ts';
import { formatDuration } from '../../../src/lib/duration.ts';
import type { Desk } from '../desk.ts';
import { lostIn } from '../gone-resources.ts';
import { ensureHeaderRule, type HeaderRule, previewIn, unfollowed } from '../header-rules.ts';
import { occupantNamed } from '../occupant.ts';
import { readPlace } from '../reading.ts';
import { takeSlot } from '../slot.ts';
import { crewFor } from '../whole.ts';
import { fill, isFilled } from './capacity.ts';
import { again, type Deed, pending } from './operation.ts';

export const start: Deed<Start> = {
  apply: async (operation, context, desk) => {
    const { release } = operation;
    const reading = await readPlace(desk);
    if (lostIn(reading, desk.at, [release.id])) return;
    const group = await takeSlot(release, reading, { context, desk });
    await fill(group, crewFor(release, operation, { reading, group }), desk);
    await ensureHeaderRule(desk, reading, {
      role: 'preview',
      release: release.id,
      group: group.arn,
      header: { name: desk.at.previewHeader, value: release.id },
    });
  },

  verify: async (operation, context, desk) => {
    const { release } = operation;
    const reading = await readPlace(desk);
    const lost = lostIn(reading, desk.at, [release.id]);
    if (lost) return lost;
    const occupant = occupantNamed(reading, release.id);
    if (!occupant || occupant.group.weight === null) return again('not started yet');
    const preview = previewIn(reading, release.id);
    if (!preview) return again('nothing reaches it by its header yet');
    const { group } = occupant;
    const filled = await isFilled(group, crewFor(release, operation, { reading, group }), desk);
    const left = untilAsked(preview, { operation, context, desk });
    return filled.state === 'done' && left > 0
      ? pending(
          `the load balancer has ${formatDuration(left)} more to follow the rule of its header`,
        )
      : filled;
  },
};

interface StartScene {
  readonly operation: Start;
  readonly context: OperationContext;
  readonly desk: Desk;
}

/** Whoever goes back asks nothing of it, and waits for no more than its health. */
function untilAsked(preview: HeaderRule, { operation, context, desk }: StartScene): number {
  if (operation.unasked || context.direction === 'back') return 0;
  return unfollowed(preview, desk);
}
