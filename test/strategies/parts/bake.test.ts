import { expect, test } from 'vitest';
import { blueGreen } from '../../../strategies/blue-green/plan.ts';
import { canary } from '../../../strategies/canary/plan.ts';
import { rolling } from '../../../strategies/rolling/plan.ts';
import { blueGreenSettings, canarySettings, inputOf, rollingSettings } from '../scenes.ts';

const bake = { duration: 0, gates: [] };
const kinds = (steps: readonly { readonly action: { readonly kind: string } }[]) =>
  steps.map(({ action }) => action.kind);

test('a bake of 0s is no step at all where every gate has judged the release before', () => {
  const plans = [
    canary.plan(inputOf(canarySettings({ bake }))),
    blueGreen.plan(inputOf(blueGreenSettings({ bake, gates: [] }))),
    rolling.plan(inputOf(rollingSettings({ bake, gates: [] }))),
  ];
  for (const steps of plans) expect(kinds(steps)).not.toContain('bake');
});

test('a bake of 0s ends with the first pass of each gate that has not judged all of the traffic', () => {
  const plans = [
    blueGreen.plan(inputOf(blueGreenSettings({ bake }))),
    rolling.plan(inputOf(rollingSettings({ bake }))),
  ];
  for (const steps of plans)
    expect(steps.find(({ action }) => action.kind === 'bake')).toMatchObject({
      title: 'bake v2 until every gate has passed',
      action: { duration: 0 },
      watch: ['errors'],
    });
});
