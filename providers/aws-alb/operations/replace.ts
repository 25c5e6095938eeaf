import type { Replace, Verification } from '../../../src/contract/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { formatDuration } from '../../../src/lib/duration.ts';
import { placeOf } from '../connection.ts';
import type { Desk } from '../desk.ts';
import { lostIn } from '../gone-resources.ts';
import { ensureHeaderRule } from '../header-rules.ts';
import { hopeless, progress } from '../health.ts';
import { MARK } from '../marks.ts';
import { type AlbReading, nameOf, readPlace } from '../reading.ts';
import { takeSlot } from '../slot.ts';
import { deregister, markPlace, register, setWeights } from '../writes.ts';
import {
  type AlbMove,
  isBalanced,
  moveOf,
  type Next,
  nextOf,
  type Sides,
  sidesOf,
  weighed,
} from './batch.ts';
import { again, type Deed, DONE, pending } from './operation.ts';

/**
 * The two groups are one fleet: targets leave the one as others join the other, and the weights are
 * their numbers. Each call does what can be done at once; what it leaves stands by itself.
 */
export const replace: Deed<Replace> = {
  apply: async (operation, context, desk) => {
    const reading = await readPlace(desk);
    const move = moveOf(operation, reading);
    if (lostIn(reading, desk.at, [move.grows.release.id])) return;
    await takeSlot(move.grows.release, reading, { context, desk });
    const placed = await readPlace(desk);
    const sides = sidesOf(move, placed);
    if (move.isForward && sides.grows.group)
      await ensureHeaderRule(desk, placed, {
        role: 'preview',
        release: operation.release.id,
        group: sides.grows.group.arn,
        header: { name: desk.at.previewHeader, value: operation.release.id },
      });
    await step(move, sides, { reading: placed, key: context.key, desk });
  },

  verify: async (operation, { key }, desk) => {
    const reading = await readPlace(desk);
    const move = moveOf(operation, reading);
    const lost = lostIn(reading, desk.at, [move.grows.release.id]);
    if (lost) return lost;
    const sides = sidesOf(move, reading);
    const reason = sides.grows.group && hopeless(sides.grows.group, desk);
    if (reason) return { state: 'failed', reason };
    if (isBalanced(move, sides)) return DONE;
    const next = nextOf(move, sides);
    if (next.kind === 'wait') return waited(move, sides, desk);
    const left = next.kind === 'empty' ? unseen(reading, key, desk) : 0;
    return left > 0
      ? pending(`the load balancer has ${formatDuration(left)} more to follow the weights`)
      : again(
          `${progress(sides.grows.targets, move.grows.count)}; ${sides.shrinks.targets.length} to go`,
        );
  },
};

/** Nothing to do but wait: unless what comes up does not stay. */
async function waited(move: AlbMove, { grows }: Sides, desk: Desk): Promise<Verification> {
  const { release, count } = move.grows;
  const kept = grows.group?.kept ?? null;
  const told = progress(grows.targets, count);
  if (!grows.group || !kept?.isFailing) return pending(told);
  const crew = { release, group: grows.group.arn, units: count, kept };
  const { failed } = await desk.compute.poll(crew, desk.signal);
  return failed ? { state: 'failed', ...failed } : pending(told);
}

interface AlbScene {
  readonly reading: AlbReading;
  readonly key: string;
  readonly desk: Desk;
}

async function step(move: AlbMove, sides: Sides, { reading, key, desk }: AlbScene): Promise<void> {
  const next = nextOf(move, sides);
  const grows = sides.grows.group;
  if (next.kind === 'grow' && grows) {
    const crew = { release: move.grows.release, group: grows.arn, units: next.units };
    await desk.compute.start(crew, desk.signal);
    await register(desk, grows.arn, next.targets);
  }
  if (next.kind === 'weigh') {
    await setWeights(desk, reading.main, weighed(reading.main, sides, next.weights));
    await markPlace(desk, { [MARK.weighed]: `${key} ${systemClock.wall()}` });
  }
  if (next.kind === 'shrink') await shrinkSide(move, sides, { desk, next });
  if (next.kind === 'empty') await emptySide(move, sides, { reading, key, desk });
}

async function shrinkSide(
  move: AlbMove,
  { shrinks: { group } }: Sides,
  {
    desk,
    next,
  }: { readonly desk: Desk; readonly next: Extract<Next, { kind: 'grow' | 'shrink' }> },
): Promise<void> {
  if (!group) return;
  const crew = { release: move.shrinks.release, group: group.arn, units: next.units };
  if (group.kept) await desk.compute.start({ ...crew, exact: true }, desk.signal);
  else await deregister(desk, group.arn, next.targets);
}

/** Once the load balancer has surely followed the weights. */
async function emptySide(
  move: AlbMove,
  { shrinks: { group, targets } }: Sides,
  { reading, key, desk }: AlbScene,
): Promise<void> {
  if (!group) return;
  if (!weighedAt(reading, key, desk)) {
    await markPlace(desk, { [MARK.weighed]: `${key} ${systemClock.wall()}` });
    return;
  }
  if (unseen(reading, key, desk) > 0) return;
  if (group.kept)
    await desk.compute.stop({ release: move.shrinks.release, group: group.arn }, desk.signal);
  else await deregister(desk, group.arn, targets.map(nameOf));
}

/** When this call set the weights last; null where another did. */
function weighedAt({ marks }: AlbReading, key: string, { at }: Desk): number | null {
  const [by, when] = (marks[placeOf(at)]?.[MARK.weighed] ?? '').split(' ');
  return by === key ? Number(when) : null;
}

/** Ms until the load balancer has surely followed. */
function unseen(reading: AlbReading, key: string, desk: Desk): number {
  const since = weighedAt(reading, key, desk);
  if (since === null) return 0;
  const passed = Math.max(systemClock.wall() - since, desk.sights.since(`${key} ${since}`));
  return desk.at.propagation - passed;
}
