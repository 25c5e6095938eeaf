import { describe, expect, test } from 'vitest';
import type { Capabilities, Observation, Step } from '../../src/contract/index.ts';
import { blueGreen } from '../../strategies/blue-green/plan.ts';
import { canary } from '../../strategies/canary/plan.ts';
import { planReturn } from '../../strategies/return/return-plan.ts';
import {
  able,
  blueGreenSettings,
  canarySettings,
  inputOf,
  observed,
  releaseOf,
  seen,
  stage,
} from './scenes.ts';

const on = (change: Partial<Capabilities>, over: Partial<Observation> = {}): Observation =>
  observed({ ...over, capabilities: { ...able, ...change } });
const kinds = (steps: readonly Step[]) => steps.map(({ action }) => action.kind);
const stepOf = (steps: readonly Step[], kind: string) =>
  steps.find(({ action }) => action.kind === kind);

describe('where capacity follows the weight, or there is none', () => {
  test.each([
    ['follows', { coupled: true, cannot: { scale: 'By itself.' } }],
    ['is none', { cannot: { scale: 'It has no units.' } }],
  ])('it %s: no plan scales', (_what, change) => {
    const steps = canary.plan(inputOf(canarySettings(), { observation: on(change) }));
    expect(kinds(steps)).not.toContain('scale');
  });

  test('what cannot be scaled later is whole from the start', () => {
    const observation = on({ cannot: { scale: 'It has no units.' } });
    const steps = canary.plan(inputOf(canarySettings(), { observation }));
    expect(stepOf(steps, 'start')?.action).toMatchObject({ capacity: 100 });
  });
});

describe('where a release has traffic as soon as it is started', () => {
  const observation = on({ startsWithTraffic: true, coupled: true });

  test('a canary is watched from then on, and its exposure says so', () => {
    const steps = canary.plan(inputOf(canarySettings(), { observation }));
    expect(stepOf(steps, 'start')).toMatchObject({ watch: ['errors'], estimate: { weight: 5 } });
  });

  test('a blue-green deployment is refused', () => {
    expect(() => blueGreen.plan(inputOf(blueGreenSettings(), { observation }))).toThrow(
      expect.objectContaining({ code: 'plan-refused', why: expect.stringContaining('as soon as') }),
    );
  });

  test('so is an approval that would come too late', () => {
    const approval = { question: null, expires: 1000 };
    const settings = canarySettings({ stages: [stage(5, { approval }), stage(100)] });
    expect(() => canary.plan(inputOf(settings, { observation }))).toThrow(/approval before/);
  });
});

describe('where there are two places', () => {
  const third = seen('v0');
  const releases = [seen('v1'), third];

  test('what has no traffic is cleared away first', () => {
    const observation = on({ places: 2 }, { releases });
    const [first, second] = canary.plan(inputOf(canarySettings(), { observation }));
    expect([first?.action.kind, second?.action.kind]).toEqual(['retire', 'start']);
  });

  test('a release is refused while two others share the traffic', () => {
    const split = { 'v1-abc': 80, 'v0-abc': 20 };
    const observation = on({ places: 2 }, { releases, split });
    expect(() => canary.plan(inputOf(canarySettings(), { observation }))).toThrow(/no room for v2/);
  });

  test('a return to a third release clears one without traffic away, and only there', () => {
    const { check, timeouts } = canarySettings();
    const input = {
      release: releaseOf('v9'),
      live: releaseOf('v1'),
      settings: { check, timeouts },
    };
    const two = planReturn({ ...input, observation: on({ places: 2 }, { releases }) });
    expect(kinds(two).slice(0, 2)).toEqual(['retire', 'start']);
    const many = planReturn({ ...input, observation: on({}, { releases }) });
    expect(kinds(many)[0]).toBe('start');
  });
});

test('what the platform itself takes comes on top of the limits of the config', () => {
  const takes = { start: { best: 60_000, worst: 600_000 }, retire: { best: 1, worst: 2 } };
  const observation = on({ timing: { ...able.timing, takes } });
  const settings = blueGreenSettings();
  const steps = blueGreen.plan(inputOf(settings, { observation }));
  const start = stepOf(steps, 'start');
  expect(start?.deadline).toBe(settings.timeouts.start + 600_000);
  expect(start?.estimate.best).toBe(60_000);
  expect(stepOf(steps, 'retire')?.deadline).toBe(settings.timeouts.retire + 2);
});
