import { describe, expect, test } from 'vitest';
import { forecasts } from '../../../src/cli/plans/forecasts.ts';
import type { GateSpec, Measurement, Observation, Step } from '../../../src/contract/index.ts';
import { estimateDetectionOf, type World } from '../../../src/engine/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { probeGate, v1, yes } from '../../helpers/world.ts';

const observation = { releases: [], labels: {} } as unknown as Observation;

const stage = (weight: number, duration: number): Step =>
  ({
    id: '04-hold',
    title: `watch ${weight} %`,
    action: { kind: 'hold', duration, extension: 300_000 },
    watch: ['errors'],
    estimate: { best: duration, worst: duration + 300_000, weight },
  }) as unknown as Step;

const compare = { ratio: 1.5, difference: 0, floor: 0.001 };
const comparing: GateSpec = {
  ...probeGate,
  source: 'edge',
  windowed: true,
  interval: 30_000,
  judge: { ...probeGate.judge, max: null, compare },
};

/** Requests in each second, and the share of bad ones, as a router counts them. */
function seeing(perSecond: number | null, share = 0, begin = false): World & { asked: number } {
  const world = { clock: systemClock, asked: 0, source: () => source };
  const measure = async ({ window }: { window: { span: number } }): Promise<Measurement> => {
    world.asked++;
    if (perSecond === null) throw new Error('no router');
    const total = (perSecond * window.span) / 1000;
    if (total === 0) return { ...yes, kind: 'noData', candidate: null };
    const candidate = { value: share, samples: total, bad: share * total, total };
    return { ...yes, unit: 'ratio', candidate };
  };
  const source = begin ? { measure, begin: async () => async () => {} } : { measure };
  return world as unknown as World & { asked: number };
}

const MINUTE = 60_000;
const told = (world: World, steps: readonly Step[], spec = comparing) =>
  forecasts(world, { steps, gates: { errors: spec }, live: v1, observation });

describe('a plan says how soon a rise would show', () => {
  test('in each of its stages, and which of them are too short to see it', async () => {
    const world = seeing(40);
    const steps = [stage(5, 5 * MINUTE), stage(25, 10 * MINUTE), stage(50, 10 * MINUTE)];
    expect(await told(world, steps)).toEqual([
      'Gate errors: at 5 % of 40 req/s a rise from 0.1 % to 1 % shows after about 7m, at 25 % after about 2m 30s, at 50 % after about 2m 30s; too short to see it by itself: "watch 5 %" (5m).',
    ]);
    expect(world.asked).toBe(1);
  });

  test('by the estimate that analyze gives', async () => {
    const rise = { rate: 40, weight: 5, usual: 0.001, risen: 0.01 };
    const after = estimateDetectionOf(comparing, rise).after ?? 0;
    const [enough, short] = [stage(5, after), stage(5, after - 1)];
    expect((await told(seeing(40), [enough]))[0]).not.toContain('too short');
    expect((await told(seeing(40), [short]))[0]).toContain('too short');
  });

  test('from what is usual here, where more is bad than nothing', async () => {
    expect((await told(seeing(40, 0.02), [stage(5, MINUTE)]))[0]).toContain('from 2 % to 20 %');
  });

  test('to twice a limit, where nothing is compared', async () => {
    const limited = { ...comparing, judge: { ...comparing.judge, compare: null, max: 0.05 } };
    expect((await told(seeing(40), [stage(100, MINUTE)], limited))[0]).toContain(
      'at 100 % of 40 req/s a rise from 0.1 % to 10 % shows after',
    );
  });

  test('against stable as it was, where nobody is beside the new release', async () => {
    expect(await told(seeing(40), [stage(50, 10 * MINUTE), stage(100, 10 * MINUTE)])).toEqual([
      'Gate errors: at 50 % of 40 req/s a rise from 0.1 % to 1 % shows after about 2m 30s, at 100 % against stable as it was after about 1m.',
    ]);
  });

  test('or that it never would, at so little', async () => {
    expect((await told(seeing(0.0001), [stage(5, MINUTE)])).at(-1)).toContain('shows in no week');
  });

  test('or that nobody knows how much traffic there is', async () => {
    expect(await told(seeing(null), [stage(5, MINUTE)])).toEqual([
      'Gate errors: no forecast of detection times, because its source does not tell how much traffic there is now.',
    ]);
  });

  test.each([
    ['it looks at no counts', seeing(40), stage(5, MINUTE), { ...comparing, windowed: false }],
    ['it is only advisory', seeing(40), stage(5, MINUTE), { ...comparing, advisory: true }],
    ['the release has no traffic', seeing(40), stage(0, MINUTE), comparing],
    ['a gate makes its own traffic', seeing(40, 0, true), stage(5, MINUTE), comparing],
  ])('but not where %s', async (_what, world, step, spec) => {
    expect(await told(world, [step], spec)).toEqual([]);
  });

  test('nor for a first deployment, which nobody comes to yet', async () => {
    const planned = { steps: [stage(5, MINUTE)], gates: { errors: comparing }, observation };
    expect(await forecasts(seeing(40), { ...planned, live: null })).toEqual([]);
  });
});
