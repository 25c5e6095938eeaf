import { describe, expect, it } from 'vitest';
import type { JudgeSpec, Measurement, Reading, Usual } from '../../src/contract/index.ts';
import { final, initialState, judge } from '../../src/judge/judge.ts';
import { type PastReading, usualOf, withTolerance } from '../../src/judge/usual.ts';
import { Draw } from '../helpers/draw.ts';

const NOW = Date.UTC(2026, 0, 7, 12);
const HOUR = 3_600_000;
const WINDOWS = 30;
const TOLERATED = { ratio: 1.5, difference: 0, floor: 0.001 };

const by = (usual: Usual): JudgeSpec => ({
  max: null,
  min: null,
  consecutive: 1,
  for: 0,
  compare: { ...TOLERATED, past: true },
  usual,
  minSamples: 20,
  onNoData: 'fail',
  errorLimit: 4,
  alpha: 0.005,
});

interface Kind {
  readonly unit: 'ratio' | 'ms';
  /** The readings of one release, some times as bad as it would be. */
  release(worse?: number): readonly Reading[];
}

/** How releases of one service differ: by chance of each request, in bursts, and from release to release. */
function counting(draw: Draw, least = 20): Kind {
  const [rate, requests] = [draw.between(0.0005, 0.03), Math.round(draw.between(least, 2000))];
  const [differ, burst] = [draw.pick([0, 0.2, 0.5]), draw.pick([1, 1, 3])];
  return {
    unit: 'ratio',
    release: (worse = 1) => {
      const own = Math.min(1, rate * Math.exp(differ * draw.normal()) * worse);
      return Array.from({ length: WINDOWS }, () => {
        const bad = draw.bad(requests, own, burst);
        return { value: bad / requests, samples: requests, bad, total: requests };
      });
    },
  };
}

/** Latencies that hang together from window to window. */
function timing(draw: Draw): Kind {
  const [usual, differ, noise] = [draw.between(20, 800), draw.pick([0.02, 0.1, 0.3]), 0.15];
  return {
    unit: 'ms',
    release: (worse = 1) => {
      const own = Math.log(usual * worse) + differ * draw.normal();
      let drift = 0;
      return Array.from({ length: WINDOWS }, () => {
        drift = 0.7 * drift + noise * draw.normal();
        return { value: Math.exp(own + drift), samples: 1 };
      });
    },
  };
}

const asPast = (readings: readonly Reading[]): PastReading[] =>
  readings.map(({ value, bad, total }, index) => {
    const at = NOW - 24 * HOUR + index * 15_000;
    return bad === undefined || total === undefined ? { at, value } : { at, value, bad, total };
  });

/** Whether a release is stopped that is so many times as bad as those before; null where nothing is known. */
function isStopped(draw: Draw, { unit, release }: Kind, worse: number): boolean | null {
  const past = Array.from({ length: draw.pick([5, 8, 20]) }, () => asPast(release()));
  const usual = usualOf(past, { unit, now: NOW });
  if (!usual) return null;
  const spec = by(withTolerance(usual, unit === 'ms' ? { ...TOLERATED, floor: 0 } : TOLERATED));
  let state = initialState;
  for (const [index, candidate] of release(worse).entries()) {
    const measurement: Measurement = { kind: 'ok', candidate, stable: null, unit, detail: '' };
    const judged = judge(spec, state, { measurement, at: index * 15_000 });
    state = judged.state;
    if (judged.judgement.verdict === 'fail') return true;
  }
  return final(state, spec).verdict === 'fail';
}

function shareStopped(kind: (draw: Draw) => Kind, worse: number, runs: number): number {
  const draw = new Draw(7);
  const told = Array.from({ length: runs }, () => isStopped(draw, kind(draw), worse)).filter(
    (stopped) => stopped !== null,
  );
  expect(told.length).toBeGreaterThan(runs * 0.9);
  return told.filter(Boolean).length / told.length;
}

describe('a release like those before', () => {
  it.each([
    ['by its counts', counting],
    ['by its latency', timing],
  ])('is stopped less than once in a hundred times, %s', (_, kind) => {
    expect(shareStopped(kind, 1, 600)).toBeLessThan(0.01);
  });
});

describe('a release that is worse than all before', () => {
  it.each([
    ['by its counts', (draw: Draw) => counting(draw, 500), 20, 0.9],
    ['by its latency', timing, 5, 0.8],
  ])('is stopped without any limit in the config, %s', (_, kind, worse, least) => {
    expect(shareStopped(kind, worse, 100)).toBeGreaterThan(least);
  });
});

const released = (at: number, bad: number): PastReading[] => [
  { at, value: bad / 1000, bad, total: 1000 },
];

describe('what is usual', () => {
  it('takes five releases, and is nothing for what has none', () => {
    const past = [1, 2, 1, 2].map((bad) => released(NOW - HOUR * 100, bad));
    expect(usualOf(past, { unit: 'ratio', now: NOW })).toBeNull();
    const more = [...past, released(NOW, 1)];
    expect(usualOf(more, { unit: 'ratio', now: NOW })).toMatchObject({ releases: 5 });
    expect(usualOf(more, { unit: 'perSecond', now: NOW })).toBeNull();
    expect(usualOf(more, { unit: 'yesNo', now: NOW })).toBeNull();
  });

  it('is of this hour of the week where enough releases were then, or of the day, or of any time', () => {
    const weekly = [1, 2, 3, 4, 5].map((weeks) => released(NOW - weeks * 7 * 24 * HOUR, 50));
    const nightly = [1, 2, 3, 4, 5, 6].map((days) => released(NOW - (24 * days + 10) * HOUR, 1));
    expect(usualOf([...nightly, ...weekly], { unit: 'ratio', now: NOW })).toMatchObject({
      of: 'this hour of the week',
      releases: 5,
      value: expect.closeTo(0.05, 2),
    });
    const night = NOW - 10 * HOUR;
    expect(usualOf([...nightly, ...weekly], { unit: 'ratio', now: night })).toMatchObject({
      of: 'this hour of the day',
      releases: 6,
      value: expect.closeTo(0.001, 2),
    });
    const morning = NOW - 4 * HOUR;
    expect(usualOf([...nightly, ...weekly], { unit: 'ratio', now: morning })).toMatchObject({
      of: 'any time',
      releases: 11,
    });
  });

  it('knows an hour for the one beside it over midnight, and over the end of a week', () => {
    const late = Date.UTC(2026, 0, 7, 23, 50);
    const weekly = [1, 2, 3, 4, 5].map((weeks) => released(late - weeks * 7 * 24 * HOUR, 50));
    // 167 hours of the week before lie between, and only one after.
    const before = [1, 2, 3, 4, 5].map((weeks) =>
      released(late - weeks * 7 * 24 * HOUR + HOUR, 50),
    );
    for (const past of [weekly, before])
      expect(usualOf(past, { unit: 'ratio', now: late })?.of).toBe('this hour of the week');
  });

  it('is not read from a handful of requests', () => {
    const past = [1, 2, 3, 4, 5].map((): PastReading[] => [
      { at: NOW, value: 0.1, bad: 1, total: 10 },
    ]);
    expect(usualOf(past, { unit: 'ratio', now: NOW })).toBeNull();
  });
});

it('a value beyond what is usual is no verdict before enough of them say so', () => {
  const usual: Usual = { value: 100, limit: 200, releases: 5, of: 'any time' };
  let state = initialState;
  const verdicts = [1, 2, 3, 4, 5, 6].map((index) => {
    const candidate = { value: 900, samples: 1 };
    const measurement: Measurement = {
      kind: 'ok',
      candidate,
      stable: null,
      unit: 'ms',
      detail: '',
    };
    const judged = judge(by(usual), state, { measurement, at: index * 15_000 });
    state = judged.state;
    return judged.judgement.verdict;
  });
  expect(verdicts.slice(0, -1)).not.toContain('fail');
  expect(verdicts.at(-1)).toBe('fail');
});
