import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import type { GateSpec, Measurement } from '../../src/contract/index.ts';
import { final, initialState, judge } from '../../src/judge/judge.ts';
import { OPTIONS } from './loading.ts';

const RUNS = 30;

/** mulberry32: small, seeded, good enough to toss coins. */
function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Demo {
  readonly errors: GateSpec;
  /** Requests per second of the demo's own load. */
  readonly rate: number;
  readonly stage: { readonly weight: number; readonly duration: number };
}

async function demoOf(file: string, load: string): Promise<Demo> {
  const folder = new URL('../../', import.meta.url).pathname;
  const { gates, strategies } = await loadConfig({ ...OPTIONS, folder, file });
  const [stage] = strategies.canary.stages;
  const { errors, [load]: traffic } = gates;
  if (!errors || !traffic || !stage) throw new Error(`${file} is no such demo`);
  return { errors, rate: Number(traffic.settings.rate), stage };
}

/** Whether the first stage ends with a failure; the demo service fails every so many requests. */
function isCaught({ errors, rate, stage }: Demo, errorRate: number, next: () => number): boolean {
  let served = Math.floor(next() * 10);
  const isBad = () => {
    served += 1;
    return Math.floor(served * errorRate) > Math.floor((served - 1) * errorRate);
  };
  let state = initialState;
  for (let at = errors.interval; at < stage.duration; at += errors.interval) {
    const asked = Array.from({ length: (rate * errors.interval) / 1000 }, () => next() * 100);
    const total = asked.filter((toss) => toss < stage.weight).length;
    const bad = Array.from({ length: total }, isBad).filter(Boolean).length;
    const found = windowOf({ bad, total, stable: asked.length - total });
    const judged = judge(errors.judge, state, { measurement: found, at });
    if (judged.judgement.verdict === 'fail') return true;
    state = judged.state;
  }
  return final(state, errors.judge).verdict === 'fail';
}

function windowOf({ bad, total, stable }: Record<'bad' | 'total' | 'stable', number>): Measurement {
  const candidate = { value: bad / total, samples: total, bad, total };
  const other = { value: 0, samples: stable, bad: 0, total: stable };
  const kind = total > 0 ? 'ok' : 'noData';
  return { kind, candidate, stable: other, unit: 'ratio', detail: '' };
}

it.each([
  ['deploy.config.example.yaml', 'traffic', 0.1],
  ['examples/canary-bad.yaml', 'visitors', 0.3],
])('the bad version of %s is caught in the first stage, a good one is not', async (...demo) => {
  const [file, load, errorRate] = demo;
  const numbers = await demoOf(file, load);
  const next = seeded(7);
  const runs = Array.from({ length: RUNS }, () => isCaught(numbers, errorRate, next));
  expect(runs.filter(Boolean).length).toBeGreaterThanOrEqual(RUNS - 1);
  expect(Array.from({ length: RUNS }, () => isCaught(numbers, 0, next))).not.toContain(true);
});
