import type { Observation, Step } from '../../src/contract/index.ts';
import { course, type Draft } from './course.ts';
import { refuseUnknownServing, refuseUnlessPossible } from './refusals.ts';
import type { Scene } from './scene.ts';
import { bake, check, clearAway, promote, retireOld, route, start } from './steps.ts';

/**
 * All of the traffic at once, because there is nothing to compare with: the service's first
 * deployment, or a live release that has lost its traffic.
 */
export function planWhole(scene: Scene, observation: Observation): readonly Step[] {
  const { release, settings } = scene;
  const isFirst = observation.live === null;
  refuseUnlessPossible(isFirst ? 'first' : 'whole', scene.capabilities, ['start', 'route']);
  if (isFirst) refuseUnknownServing(observation, release);
  const drafts: readonly Draft[] = [
    ...clearAway(scene),
    wholeNamed(start(scene, 100, [100]), isFirst),
    ...check(scene),
    route(scene, 100, { title: `100 % to ${release.version}` }),
    promote(scene),
    ...bake(scene, scene.settings.gates),
    ...retireOld(scene),
  ];
  return course(drafts, settings);
}

function wholeNamed(draft: Draft, isFirst: boolean): Draft {
  return {
    ...draft,
    title: `${isFirst ? 'first deployment' : 'all of the traffic again'}: ${draft.title}`,
  };
}
