import { expect, test } from 'vitest';
import type { Amount, CanaryStage } from '../../src/contract/index.ts';
import { blueGreen } from '../../strategies/blue-green/plan.ts';
import { canary } from '../../strategies/canary/plan.ts';
import { rolling } from '../../strategies/rolling/plan.ts';
import { type Draw, GATES, strategySuite } from '../contract/strategy-suite.ts';
import { strategies } from './every.ts';

const approvalOf = (draw: Draw) => (draw.chance(0.3) ? { question: null, expires: 60_000 } : null);
const matchOf = (draw: Draw) =>
  draw.chance(0.3) ? { header: { name: 'x-new', value: '1' } } : null;

function stageOf(draw: Draw): CanaryStage {
  const weight = draw.upTo(200) / 2;
  return {
    weight,
    duration: draw.upTo(3) * 10_000,
    capacity: draw.chance(0.3) ? Math.ceil(weight) + draw.upTo(Math.floor(100 - weight)) : null,
    gates: draw.some(GATES),
    approval: approvalOf(draw),
    match: matchOf(draw),
    onFailure: draw.one([null, 'hold', 'ask']),
  };
}

strategySuite({
  strategy: canary,
  settings: (draw, common) => ({
    ...common,
    stages: Array.from({ length: 1 + draw.upTo(5) }, () => stageOf(draw)),
    approval: approvalOf(draw),
  }),
});

strategySuite({
  strategy: blueGreen,
  settings: (draw, common) => ({ ...common, approval: approvalOf(draw), match: matchOf(draw) }),
});

const amountOf = (draw: Draw): Amount =>
  draw.chance(0.5) ? { count: draw.upTo(5) } : { percent: draw.upTo(100) };

strategySuite({
  strategy: rolling,
  settings: (draw, common) => ({
    ...common,
    batch: amountOf(draw),
    maxUnavailable: amountOf(draw),
    maxSurge: amountOf(draw),
    pause: draw.upTo(2) * 1000,
    maxFailures: draw.upTo(3),
  }),
});

test('every strategy is found under its own name', () => {
  expect(Object.keys(strategies)).toEqual(Object.values(strategies).map(({ name }) => name));
});
