import type {
  CanarySettings,
  CanaryStage,
  MatchRule,
  PlanInput,
  Step,
  Strategy,
} from '../../src/contract/index.ts';
import { formatDuration } from '../../src/lib/duration.ts';
import { course, type Draft, union } from '../parts/course.ts';
import { notesOn } from '../parts/notes.ts';
import {
  refuseDescent,
  refuseEarlyTraffic,
  refuseMatch,
  refuseRefusals,
  refuseSickStable,
  refuseUnlessPossible,
  refuseUnroutable,
} from '../parts/refusals.ts';
import { isLive, type Scene, sceneOf } from '../parts/scene.ts';
import {
  approve,
  bake,
  canScale,
  check,
  clearAway,
  hold,
  matchFor,
  preflight,
  promote,
  retireOld,
  route,
  scale,
  start,
} from '../parts/steps.ts';
import { planWhole } from '../parts/whole.ts';

/** A stage with all that is decided beforehand. */
interface CanaryPlanStage extends CanaryStage {
  readonly capacity: number;
  readonly name: string;
  /** Weight and capacity of the stage before. */
  readonly from: { readonly weight: number; readonly capacity: number };
}

export const canary: Strategy<CanarySettings> = {
  name: 'canary',
  plan: planCanary,
  notes: notesOn,
};

function planCanary(input: PlanInput<CanarySettings>): readonly Step[] {
  if (isLive(input)) return [];
  const scene = sceneOf(input);
  const { settings, capabilities } = scene;
  refuseUnlessPossible('canary', capabilities);
  if (scene.stable === null) return planWhole(scene, input.observation);
  const stages = decided(scene);
  refuseImpossible(input, scene, stages);
  const drafts: readonly Draft[] = [
    ...preflight(scene),
    ...clearAway(scene),
    start(
      scene,
      stages[0]?.from.capacity ?? 100,
      stages.map(({ weight }) => weight),
    ),
    ...check(scene),
    ...stages.flatMap((stage) => stageDrafts(scene, stage)),
    promote(scene),
    ...bake(scene, isTried(stages) ? [] : settings.gates),
    ...retireOld(scene),
  ];
  return course(drafts, settings);
}

function stageDrafts(scene: Scene<CanarySettings>, stage: CanaryPlanStage): readonly Draft[] {
  const { weight, capacity, from, approval, duration, name } = stage;
  const watch = union(scene.settings.gates, stage.gates);
  const isWatched = duration > 0 || (weight < 100 ? watch : stage.gates).length > 0;
  const title =
    duration > 0
      ? `${name}: watch ${weight} % for ${formatDuration(duration)}`
      : `${name}: until every gate has passed`;
  const drafts: readonly Draft[] = [
    ...(capacity > from.capacity ? scale(scene, capacity, from.weight) : []),
    ...(approval ? [approve(scene, approval, { from: from.weight, to: weight })] : []),
    route(scene, weight, {
      title: `${name}: ${weight} % to ${scene.release.version}`,
      match: matchFor(scene, stage.match),
    }),
    ...(capacity < from.capacity ? scale(scene, capacity, weight) : []),
    ...(isWatched ? [hold(scene, { title, duration, watch, weight })] : []),
  ];
  return drafts.map((draft) => ({ ...draft, onFailure: stage.onFailure }));
}

/** Whether the gates see a part of the traffic before it is all of it. */
function isTried(stages: readonly CanaryPlanStage[]): boolean {
  return stages.some(({ weight }) => weight > 0 && weight < 100);
}

/** Fills in what the stages leave open: the last one, its approval, capacities and matches. */
function decided({
  settings,
  weight,
  capabilities,
}: Scene<CanarySettings>): readonly CanaryPlanStage[] {
  const all = withLast(settings);
  const stages: CanaryPlanStage[] = [];
  // What cannot be scaled later is whole from the start.
  const isFixed = !capabilities.coupled && !canScale(capabilities);
  let given = 0;
  let match: MatchRule | null = null;
  for (const [index, stage] of all.entries()) {
    const isLast = index === all.length - 1;
    given = stage.capacity ?? given;
    match = isLast ? null : (stage.match ?? match);
    const asked = stage.capacity ?? Math.max(stage.weight, given, 1);
    const capacity = isFixed ? 100 : asked;
    stages.push({
      ...stage,
      capacity,
      match,
      approval: stage.approval ?? (isLast ? settings.approval : null),
      name: `stage ${index + 1} of ${all.length}`,
      from: stages.at(-1) ?? { weight, capacity: Math.max(weight, capacity) },
    });
  }
  return stages;
}

function withLast({ stages }: CanarySettings): readonly CanaryStage[] {
  if (stages.at(-1)?.weight === 100) return stages;
  return [
    ...stages,
    {
      weight: 100,
      duration: 0,
      capacity: null,
      gates: [],
      approval: null,
      match: null,
      onFailure: null,
    },
  ];
}

function refuseImpossible(
  input: PlanInput,
  scene: Scene<CanarySettings>,
  stages: readonly CanaryPlanStage[],
): void {
  const weights = stages.map(({ weight }) => weight);
  for (const stage of stages) refuseNonsense(stage);
  refuseUnroutable(weights, scene.capabilities);
  refuseDescent([scene.weight, ...weights], scene.capabilities);
  for (const { match } of stages) refuseMatch(match, scene.capabilities);
  refuseSickStable(input);
  if (stages[0]?.approval)
    refuseEarlyTraffic('an approval before the first stage', scene.capabilities);
}

function refuseNonsense({ name, weight, capacity }: CanaryPlanStage): void {
  if (!(weight >= 0 && weight <= 100)) {
    refuseRefusals(
      `${name} asks for ${weight} % of the traffic.`,
      'A weight is a percentage from 0 to 100.',
      ['deployctl validate'],
    );
  }
  if (capacity >= weight) return;
  refuseRefusals(
    `${name} gives ${weight} % of the traffic to ${capacity} % of the capacity.`,
    'That many requests would overload it.',
    [`set its capacity to ${weight} or more, or leave it out, then: deployctl plan`],
  );
}
