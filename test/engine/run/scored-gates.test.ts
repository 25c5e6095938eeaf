import { expect, test } from 'vitest';
import type { GateSpec, Measurement } from '../../../src/contract/index.ts';
import { drive } from '../../../src/engine/index.ts';
import { canaryActions, probeGate, v1 } from '../../helpers/world.ts';
import { usualKayenta } from '../../judge/kayenta/usual.ts';
import { begin, servingWorld } from '../stage.ts';

const USUAL = [100, 104, 98, 101, 103, 99, 102, 97];

/** Values that go up and down; the candidate has so much more. */
function lasting(more: number): () => Measurement {
  let at = 0;
  return () => {
    const value = USUAL[at++ % USUAL.length] ?? 0;
    return {
      kind: 'ok',
      candidate: { value: (USUAL[(at * 3) % USUAL.length] ?? 0) + more, samples: 1 },
      stable: { value, samples: 1 },
      unit: 'ms',
      detail: '',
    };
  };
}

const gate = (source: string): GateSpec => ({
  ...probeGate,
  source,
  judge: { ...probeGate.judge, max: null, min: null, kayenta: { ...usualKayenta, marginal: 50 } },
});
const GATES = { slow: gate('slow'), fine: gate('fine'), probe: probeGate };
const hold = { kind: 'hold', duration: 20_500, extension: 0, watch: ['slow', 'fine'] } as const;

test('the score lets a stage go on that the last judgement does not', async () => {
  const world = servingWorld();
  world.readings.set('slow', lasting(40)).set('fine', lasting(0));
  const session = await world.clock.run(begin(world, [hold, hold], { gates: GATES }));
  const { result, reason } = await world.clock.run(drive(session));
  expect(result).toBe('rolled-back');
  expect(reason).toMatch(/^slow: Kayenta: High, shifted by 40 ms .* score 50, needs 95$/);
  expect(world.platform.live).toBe(v1.id);
  expect(world.clock.monotonic()).toBeGreaterThanOrEqual(2 * hold.duration);
});

test('where all are alike the deployment succeeds', async () => {
  const world = servingWorld();
  world.readings.set('slow', lasting(0)).set('fine', lasting(0));
  const session = await world.clock.run(
    begin(world, [hold, hold, ...canaryActions], { gates: GATES }),
  );
  expect((await world.clock.run(drive(session))).result).toBe('succeeded');
});
