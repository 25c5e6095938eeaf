import { describe, expect, test } from 'vitest';
import { forecasts } from '../../../src/cli/plans/forecasts.ts';
import { sampleForecast } from '../../../src/cli/plans/sample-forecast.ts';
import type { GateSpec, Measurement, Observation, Step } from '../../../src/contract/index.ts';
import type { World } from '../../../src/engine/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { probeGate, v1, yes } from '../../helpers/world.ts';

const observation = { releases: [], labels: {} } as unknown as Observation;

const stage = (weight: number, duration: number, extension = 300_000): Step =>
  ({
    id: '04-hold',
    title: `watch ${weight} %`,
    action: { kind: 'hold', duration, extension },
    watch: ['errors'],
    estimate: { best: duration, worst: duration + extension, weight },
  }) as unknown as Step;

const needing = (minSamples: number, more: Partial<GateSpec['judge']> = {}): GateSpec => ({
  ...probeGate,
  source: 'edge',
  judge: { ...probeGate.judge, minSamples, ...more },
});

/** Requests in each second, as a router counts them. */
function seeing(perSecond: number | null, begin = false): World {
  const measure = async ({ window }: { window: { span: number } }): Promise<Measurement> => {
    if (perSecond === null) throw new Error('no router');
    const samples = (perSecond * window.span) / 1000;
    if (samples === 0) return { ...yes, kind: 'noData', candidate: null };
    return { ...yes, unit: 'ratio', candidate: { value: 0, samples, bad: 0, total: samples } };
  };
  const source = () => (begin ? { measure, begin: async () => async () => {} } : { measure });
  return { clock: systemClock, source } as unknown as World;
}

const forecast = (world: World, step: Step, spec = needing(20)) =>
  sampleForecast(world, { steps: [step], gates: { errors: spec }, live: v1, observation });

describe('a plan is told where a stage cannot gather its samples', () => {
  test('with the time that it would take', async () => {
    expect(await forecast(seeing(0.5), stage(50, 5000))).toEqual([
      '"watch 50 %": gate errors needs 20 samples, and at the 0.5 requests/s seen now that takes about 1m 20s.',
    ]);
  });

  test('and what comes of it where not even the extension suffices', async () => {
    const [note] = await forecast(seeing(0.5), stage(5, 5000, 60_000));
    expect(note).toContain('takes about 13m 20s; it is given 1m 5s, and fails then.');
    const lenient = needing(20, { onNoData: 'pass' });
    expect((await forecast(seeing(0), stage(5, 5000, 0), lenient))[0]).toContain(
      'no requests are seen now; it is given 5s, and passes without them, as configured.',
    );
  });

  test.each([
    ['there is traffic enough', seeing(100), stage(50, 5000), needing(20)],
    ['nobody can tell', seeing(null), stage(50, 5000), needing(20)],
    ['a gate makes its own traffic', seeing(0, true), stage(50, 5000), needing(20)],
    ['the gate only advises', seeing(0), stage(50, 5000), { ...needing(20), advisory: true }],
  ])('but not where %s', async (_what, world, step, spec) => {
    expect(await forecast(world, step, spec)).toEqual([]);
  });

  describe('and before a first deployment', () => {
    const first = (world: World, spec: GateSpec) =>
      forecasts(world, {
        steps: [stage(100, 5000)],
        gates: { errors: spec },
        observation,
        live: null,
      });

    test('that it needs users, who may not be there yet', async () => {
      expect(await first(seeing(0), needing(20))).toEqual([
        '"watch 100 %": errors can only pass with requests of users, and none come to a first deployment by themselves: without any it is rolled back after 5m 5s. Send some, or add a gate that does.',
      ]);
    });

    test.each([
      ['a gate makes its own traffic', seeing(0, true), needing(20)],
      ['no data is a pass', seeing(0), needing(20, { onNoData: 'pass' })],
      ['one sample is enough', seeing(0), needing(1)],
      ['the gate only advises', seeing(0), { ...needing(20), advisory: true }],
    ])('but not where %s', async (_what, world, spec) => {
      expect(await first(world, spec)).toEqual([]);
    });
  });
});
