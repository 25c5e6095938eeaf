import type {
  BlueGreenSettings,
  MatchRule,
  PlanInput,
  Step,
  Strategy,
} from '../../src/contract/index.ts';
import { course, type Draft } from '../parts/course.ts';
import { notesOn } from '../parts/notes.ts';
import { refuseEarlyTraffic, refuseMatch, refuseUnlessPossible } from '../parts/refusals.ts';
import { isLive, type Scene, sceneOf } from '../parts/scene.ts';
import {
  approve,
  bake,
  check,
  clearAway,
  matchFor,
  preflight,
  promote,
  retireOld,
  route,
  start,
} from '../parts/steps.ts';
import { planWhole } from '../parts/whole.ts';

export const blueGreen: Strategy<BlueGreenSettings> = {
  name: 'blue-green',
  plan: planBlueGreen,
  notes: notesOn,
};

function planBlueGreen(input: PlanInput<BlueGreenSettings>): readonly Step[] {
  if (isLive(input)) return [];
  const scene = sceneOf(input);
  const { settings, capabilities, release, weight } = scene;
  refuseUnlessPossible('blue-green', capabilities);
  if (scene.stable === null) return planWhole(scene, input.observation);
  refuseEarlyTraffic('a blue-green deployment', capabilities);
  refuseMatch(settings.match, capabilities);
  const drafts: readonly Draft[] = [
    ...preflight(scene),
    ...clearAway(scene),
    start(scene, 100, [100]),
    ...preview(scene),
    ...check(scene),
    ...(settings.approval ? [approve(scene, settings.approval, { from: weight, to: 100 })] : []),
    route(scene, 100, { title: `switch: 100 % to ${release.version}` }),
    promote(scene),
    ...bake(scene, settings.gates),
    ...retireOld(scene),
  ];
  return course(drafts, settings);
}

/** The split stays as it is; only who asks for the new release by name gets it. */
function preview(scene: Scene<BlueGreenSettings>): readonly Draft[] {
  const { settings, release, weight } = scene;
  const match = matchFor(scene, settings.match);
  if (match === null) return [];
  return [
    {
      ...route(scene, weight, {
        title: `preview: ${release.version} for ${blueGreenAsked(match)}`,
        match,
      }),
      phase: 'check',
    },
  ];
}

function blueGreenAsked({ header, cookie }: MatchRule): string {
  const parts = [
    header && `header ${header.name}: ${header.value}`,
    cookie && `cookie ${cookie.name}=${cookie.value}`,
  ];
  return parts.filter(Boolean).join(' or ');
}
