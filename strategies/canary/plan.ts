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
import { withLastStage } from './last-stage.ts';

/** A stage with all that is decided beforehand. */
interface CanaryPlanStage extends Omit<CanaryStage, 'capacity'> {
  readonly capacity: number;
  readonly name: string;
  /** The gates that decide whether it goes on. */
  readonly watch: readonly string[];
  /** Something is waited for in it. */
  readonly isHeld: boolean;
  /** Nothing is: the next stage gives it more traffic at once. */
  readonly isPassing: boolean;
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
  const { weight, capacity, from, approval, duration, name, watch, isHeld, isPassing } = stage;
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
      isPassing,
    }),
    ...(capacity < from.capacity ? scale(scene, capacity, weight) : []),
    ...(isHeld ? [hold(scene, { title, duration, watch, weight })] : []),
  ];
  return drafts.map((draft) => ({ ...draft, onFailure: stage.onFailure }));
}

/** Whether the gates see a part of the traffic before it is all of it. */
function isTried(stages: readonly CanaryPlanStage[]): boolean {
  return stages.some(({ weight }) => weight > 0 && weight < 100);
}

/** Fills in what the stages leave open: the last one, its approval, capacities and matches. */
function decided(scene: Scene<CanarySettings>): readonly CanaryPlanStage[] {
  const { settings, weight } = scene;
  const all = withLastStage(settings.stages);
  const stages: StageAlone[] = [];
  let given = 0;
  let match: MatchRule | null = null;
  for (const [index, stage] of all.entries()) {
    const isLast = index === all.length - 1;
    given = stage.capacity ?? given;
    match = isLast ? null : (stage.match ?? match);
    stages.push({
      ...stage,
      ...waitedFor(stage, settings),
      ...capacityOf(stage, given, scene),
      match,
      approval: stage.approval ?? (isLast ? settings.approval : null),
      name: `stage ${index + 1} of ${all.length}`,
    });
  }
  return linkedStages(stages, weight);
}

function waitedFor({ duration, weight, gates }: CanaryStage, settings: CanarySettings) {
  const watch = union(settings.gates, gates);
  return { watch, isHeld: duration > 0 || (weight < 100 ? watch : gates).length > 0 };
}

function capacityOf({ capacity, weight }: CanaryStage, given: number, { capabilities }: Scene) {
  const isItsOwn = capacity !== null || !canScale(capabilities);
  // What cannot be scaled later is whole from the start.
  const isFixed = !capabilities.coupled && !canScale(capabilities);
  return { isItsOwn, capacity: isFixed ? 100 : (capacity ?? Math.max(weight, given, 1)) };
}

/** A stage that does not know yet what comes before and after it. */
interface StageAlone extends Omit<CanaryPlanStage, 'from' | 'isPassing'> {
  /** Nobody else changes its capacity. */
  readonly isItsOwn: boolean;
}

/** Stages in which nothing is waited for pass into each other: what they need is brought up together. */
function linkedStages(alone: readonly StageAlone[], weight: number): readonly CanaryPlanStage[] {
  const passing: Omit<CanaryPlanStage, 'from'>[] = [];
  for (const { isItsOwn, ...stage } of alone.toReversed()) {
    const next = passing[0];
    const isPassing =
      next !== undefined && !stage.isHeld && next.approval === null && next.weight >= stage.weight;
    const most = Math.max(stage.capacity, next?.capacity ?? 0);
    const capacity = isPassing && !isItsOwn ? most : stage.capacity;
    // Who is sent to may not become fewer before the last proxy knows.
    passing.unshift({ ...stage, capacity, isPassing: isPassing && next.capacity >= capacity });
  }
  const [first] = passing;
  const begin = { weight, capacity: Math.max(weight, first?.capacity ?? 0) };
  return passing.map((stage, index) => ({ ...stage, from: passing[index - 1] ?? begin }));
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
