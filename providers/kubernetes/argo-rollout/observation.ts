import type { Capabilities, Observation } from '../../../src/contract/index.ts';
import { observed } from '../observation.ts';
import type { KubeGround } from '../sight.ts';
import { rolloutStatusOf } from './rollout.ts';
import { asSight, type RolloutSight, rolloutSplit } from './sight.ts';
import { startsWithTraffic, stopsOf, stopWeightsOf } from './stops.ts';

/** The controller takes pods away in its own time: 30 s after the traffic has left them, where nothing else is said. */
const TAKE_AWAY = { best: 30_000, worst: 600_000 };

const CANNOT = {
  scale: 'The controller of a Rollout decides how many pods there are, by its steps.',
  replace: 'The controller of a Rollout replaces pods by itself.',
} as const;

export function observedRollout(seen: RolloutSight, ground: KubeGround): Observation {
  const all = observed(asSight(seen), ground);
  return {
    ...all,
    split: rolloutSplit(seen),
    match: null,
    baseline: {},
    capabilities: rolloutCapabilitiesOf(seen, ground),
    notes: [...all.notes, ...notesOnRollout(seen)],
  };
}

function rolloutCapabilitiesOf(
  { rollout }: RolloutSight,
  { connection }: KubeGround,
): Capabilities {
  const { propagation } = connection;
  return {
    cannot: CANNOT,
    weights: stopWeightsOf(rollout),
    match: { header: false, cookie: false },
    weightsDown: false,
    idle: 'cold',
    places: null,
    coupled: true,
    startsWithTraffic: startsWithTraffic(rollout),
    timing: { propagation, readLag: 0, poll: 500, takes: { retire: TAKE_AWAY } },
  };
}

function notesOnRollout({ rollout }: RolloutSight): readonly string[] {
  const { name } = rollout.metadata;
  const { canary } = rollout.spec.strategy;
  const timed = stopsOf(rollout).filter(({ goesOnAfter }) => goesOnAfter !== null);
  const { message } = rolloutStatusOf(rollout);
  return [
    ...timed.map(
      ({ weight, goesOnAfter }) =>
        `the Rollout ${name} goes on from ${weight} % by itself after ${goesOnAfter}: a stage is held no longer than that`,
    ),
    ...(canary && !canary.trafficRouting
      ? [`the Rollout ${name} has no trafficRouting: its weights are shares of its pods`]
      : []),
    ...(message && rolloutStatusOf(rollout).abort
      ? [`the Rollout ${name} was aborted: ${message}`]
      : []),
  ];
}
