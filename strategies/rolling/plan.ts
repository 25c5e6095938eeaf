import type {
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
import { batchesOf, paceOf, type RollingBatch, type RollingPace, rollingPercent } from './pace.ts';

export const rolling: Strategy<RollingSettings> = {
  name: 'rolling',
  plan: planRolling,
  notes: rollingNotes,
};

const NATIVE =
  'After the first unit the platform replaces all others by itself (rolling.native): it does not wait for the gates between batches, and continues when deployctl ends or cannot reach it. A gate that fails rolls it back from wherever it is by then.';

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
      ? nativeDrafts(scene, pace, from)
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
    ...(batch.number === 1
      ? check(scene).map((draft): Draft => ({ ...draft, phase: 'shift', weight }))
      : []),
    ...(isWatched
      ? [hold(scene, { title, duration: settings.pause, watch: settings.gates, weight })]
      : []),
  ];
}

/** One unit first, so that checks and gates have somebody to ask; then one step that the gates watch. */
function nativeDrafts(
  scene: Scene<RollingSettings>,
  pace: RollingPace,
  from: Release,
): readonly Draft[] {
  const { of } = pace;
  const [one] = batchesOf({ ...pace, batch: 1 }, scene.weight);
  if (!one || one.replaced === of) return one ? batchDrafts(scene, { ...one, last: 1 }, from) : [];
  const rest = { ...pace, number: 2, last: 2, before: one.replaced, replaced: of };
  const draft = replace(scene, rest, from);
  const left = of - one.replaced;
  return [
    ...batchDrafts(scene, { ...one, last: 2 }, from),
    {
      ...draft,
      title: `batch 2 of 2: the platform replaces the other ${left} by itself`,
      deadline: draft.deadline * Math.ceil(left / pace.batch),
      watch: scene.settings.gates,
    },
  ];
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
    'What serves now was not started by deployctl.',
    'A rolling deployment must be able to restore every unit, and deployctl does not know how this one was started.',
    ['deployctl deploy --strategy blue-green'],
  );
}
