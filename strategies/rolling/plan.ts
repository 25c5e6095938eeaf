import type {
  Amount,
  ObservedRelease,
  PlanInput,
  Release,
  RollingSettings,
  Step,
  Strategy,
} from '../../src/contract/index.ts';
import { formatDuration } from '../../src/lib/duration.ts';
import { course, type Draft } from '../parts/course.ts';
import { notesOn } from '../parts/notes.ts';
import { refuseRefusals, refuseUnlessPossible } from '../parts/refusals.ts';
import { isLive, type Scene, sceneOf } from '../parts/scene.ts';
import {
  bake,
  check,
  clearAway,
  hold,
  preflight,
  promote,
  retireAll,
  scale,
  timed,
} from '../parts/steps.ts';
import { planWhole } from '../parts/whole.ts';

/** How many units there are, and how many change at a time. */
interface RollingPace {
  readonly of: number;
  readonly batch: number;
  readonly surge: number;
  readonly unavailable: number;
}

interface RollingBatch extends RollingPace {
  readonly number: number;
  readonly last: number;
  readonly before: number;
  readonly replaced: number;
}

export const rolling: Strategy<RollingSettings> = {
  name: 'rolling',
  plan: planRolling,
  notes: rollingNotes,
};

const NATIVE =
  'The platform replaces all units in batches of its own (rolling.native): nothing waits for the gates between two of them, and it does not stand still when deployctl ends or cannot reach it. A gate that fails turns it round from wherever it is by then.';

function rollingNotes(input: PlanInput<RollingSettings>): readonly string[] {
  const isMeant = input.settings.native === true && !isLive(input);
  return [...notesOn(input), ...(isMeant && input.observation.live !== null ? [NATIVE] : [])];
}

function planRolling(input: PlanInput<RollingSettings>): readonly Step[] {
  if (isLive(input)) return [];
  const scene = sceneOf(input);
  const { settings, capabilities } = scene;
  refuseUnlessPossible('rolling', capabilities);
  if (scene.stable === null) return planWhole(scene, input.observation);
  const from = wholeLive(input);
  const pace = paceOf(settings, rollingUnitsOf(input));
  const drafts: readonly Draft[] = [
    ...preflight(scene),
    ...clearAway(scene),
    ...(settings.native
      ? [allByItself(scene, pace, from), ...check(scene).map(shifted(100))]
      : batchesOf(pace, scene.weight).flatMap((batch) => batchDrafts(scene, batch, from))),
    // The batches kept the number of units that the old release had; the new one may want another.
    ...scale(scene, 100, 100),
    promote(scene),
    ...bake(scene, settings.gates),
    ...retireAll(scene),
  ];
  return course(drafts, settings);
}

function batchDrafts(
  scene: Scene<RollingSettings>,
  batch: RollingBatch,
  from: Release,
): readonly Draft[] {
  const { settings } = scene;
  const weight = rollingPercent(batch.replaced, batch.of);
  const name = `batch ${batch.number} of ${batch.last}`;
  const title =
    settings.pause > 0
      ? `${name}: watch ${weight} % for ${formatDuration(settings.pause)}`
      : `${name}: until every gate has passed`;
  const isWatched = batch.number < batch.last && (settings.pause > 0 || settings.gates.length > 0);
  return [
    replace(scene, batch, from),
    // There is nothing to ask before the first unit is up.
    ...(batch.number === 1 ? check(scene).map(shifted(weight)) : []),
    ...(isWatched
      ? [hold(scene, { title, duration: settings.pause, watch: settings.gates, weight })]
      : []),
  ];
}

/** A check of what has traffic already. */
const shifted =
  (weight: number) =>
  (draft: Draft): Draft => ({ ...draft, phase: 'shift', weight });

/** One step, and as much time as its rounds may take; the gates watch from its beginning. */
function allByItself(scene: Scene<RollingSettings>, pace: RollingPace, from: Release): Draft {
  const { of, batch } = pace;
  const whole = { ...pace, number: 1, last: 1, before: 0, replaced: of };
  const draft = replace(scene, whole, from);
  return {
    ...draft,
    title: `the platform replaces all ${of} by itself`,
    deadline: draft.deadline * Math.ceil(of / batch),
    watch: scene.settings.gates,
  };
}

function replace(scene: Scene<RollingSettings>, batch: RollingBatch, from: Release): Draft {
  const { settings, release } = scene;
  const { replaced, of, surge, unavailable, before } = batch;
  const units = replaced - before === 1 ? `unit ${replaced}` : `units ${before + 1} to ${replaced}`;
  return {
    phase: 'shift',
    title: `batch ${batch.number} of ${batch.last}: replace ${units} of ${of}`,
    action: { kind: 'replace', release, from, replaced, of, surge, unavailable },
    weight: rollingPercent(replaced, of),
    ...timed(scene, 'replace', settings.timeouts.start + settings.timeouts.retire),
    attempts: 1 + settings.maxFailures,
  };
}

/** Batches round up so that they end; units that may be missing round down so that enough are left. */
function paceOf(settings: RollingSettings, of: number): RollingPace {
  const unavailable = Math.min(units(settings.maxUnavailable, of, Math.floor), of);
  const surge = units(settings.maxSurge, of, Math.ceil);
  const room = surge + unavailable;
  const batch = Math.max(1, units(settings.batch, of, Math.ceil));
  return {
    of,
    unavailable,
    surge: room === 0 ? 1 : surge,
    batch: Math.min(batch, Math.max(1, room), of),
  };
}

/** Goes on from the units that run the release already. */
function batchesOf(pace: RollingPace, weight: number): readonly RollingBatch[] {
  const already = Math.min(Math.floor((pace.of * weight) / 100), pace.of - 1);
  const last = Math.ceil((pace.of - already) / pace.batch);
  return Array.from({ length: last }, (_, index) => {
    const before = already + index * pace.batch;
    return {
      ...pace,
      number: index + 1,
      last,
      before,
      replaced: Math.min(before + pace.batch, pace.of),
    };
  });
}

/** As many as carry all of the traffic, which is more than are left of a release half replaced. */
function rollingUnitsOf({ observation }: PlanInput): number {
  const live = observation.releases.find(({ id }) => id === observation.live);
  const count = live ? Math.max(live.desired, fullUnits(live)) : 0;
  if (count > 0) return count;
  return refuseRefusals(
    'A rolling deployment has nothing to replace.',
    'The live release has no units.',
    ['deployctl deploy --strategy blue-green'],
  );
}

function fullUnits({ ready, capacity }: ObservedRelease): number {
  return capacity !== null && capacity > 0 ? Math.round((ready * 100) / capacity) : 0;
}

function wholeLive({ live }: PlanInput): Release {
  if (live !== null) return live;
  return refuseRefusals(
    'What serves now was started by other hands.',
    'A rolling deployment must be able to put every unit back, and this one cannot be described.',
    ['deployctl deploy --strategy blue-green'],
  );
}

function units(amount: Amount, of: number, round: (value: number) => number): number {
  return 'count' in amount ? amount.count : round((of * amount.percent) / 100);
}

function rollingPercent(part: number, of: number): number {
  return Math.round((part * 1000) / of) / 10;
}
