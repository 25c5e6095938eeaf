import { describe, expect, test } from 'vitest';
import type { JudgeSpec, Measurement, Reading } from '../../src/contract/index.ts';
import { dispersionOf } from '../../src/judge/dispersion.ts';
import { gateJudge } from '../../src/judge/judge.ts';
import { Draw } from '../helpers/draw.ts';

const SPEC: JudgeSpec = {
  max: null,
  min: null,
  consecutive: 1,
  for: 0,
  compare: { ratio: 1.5, difference: 0, floor: 0.001 },
  minSamples: 20,
  onNoData: 'fail',
  errorLimit: 4,
  alpha: 0.01,
};
const STABLE = 100_000;
const CANDIDATE = 5000;
const USUAL = 0.0033;

const readingOf = (bad: number, total: number): Reading => ({
  value: bad / total,
  samples: total,
  bad,
  total,
});
const measured = (candidate: Reading, stable: Reading | null): Measurement => ({
  kind: 'ok',
  candidate,
  stable,
  unit: 'ratio',
  detail: '',
});

interface Incidents {
  /** Failures that belong together while one lasts; else each request fails by itself. */
  readonly burst: number;
  /** How many times as bad as stable the candidate is, always. */
  readonly worse: number;
}

/** In how many of a hundred deployments the candidate is stopped. One window in sixteen is an incident. */
function stopped({ burst, worse }: Incidents): number {
  let count = 0;
  for (let run = 0; run < 100; run++) {
    const draw = new Draw(run * 7919 + 1);
    let state = gateJudge.begin(null, false);
    for (let past = 0; past < 30; past++) {
      const stable = readingOf(draw.bad(STABLE, USUAL), STABLE);
      state = gateJudge.learn(state, measured(stable, null));
    }
    for (let window = 0; window < 60; window++) {
      const [level, size] = draw.next() < 1 / 16 ? [8, burst] : [1, 1];
      const bad = (total: number, times: number) =>
        readingOf(draw.bad(total, USUAL * level * times, size), total);
      const measurement = measured(bad(CANDIDATE, worse), bad(STABLE, 1));
      const judged = gateJudge.judge(SPEC, state, { measurement, at: window * 60_000 });
      state = judged.state;
      if (judged.judgement.verdict !== 'fail') continue;
      count += 1;
      break;
    }
  }
  return count;
}

describe('incidents of both releases whose failures come in clumps', () => {
  test.each([15, 50])('of %i stop no good release', (burst) => {
    expect(stopped({ burst, worse: 1 })).toBeLessThanOrEqual(1);
  });

  test('do not hide one that is twice as bad', () => {
    expect(stopped({ burst: 15, worse: 2 })).toBeGreaterThanOrEqual(90);
  });
});

test('the first window beside a candidate is not compared with the oldest one before it', () => {
  const falling = Array.from({ length: 30 }, (_, at) => 660 - Math.round(at * 11.4));
  // A gate learns from the newest window to the oldest.
  let state = falling
    .toReversed()
    .reduce(
      (before, bad) => gateJudge.learn(before, measured(readingOf(bad, STABLE), null)),
      gateJudge.begin(null, false),
    );
  const measurement = measured(readingOf(17, CANDIDATE), readingOf(330, STABLE));
  ({ state } = gateJudge.judge(SPEC, state, { measurement, at: 0 }));
  expect(dispersionOf(state.spread)).toBeLessThan(1.2);
});
