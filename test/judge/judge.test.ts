import { describe, expect, it } from 'vitest';
import type { JudgeSpec, Measurement, Reading, Verdict } from '../../src/contract/index.ts';
import {
  final,
  gateJudge,
  initialState,
  isPassing,
  type JudgeState,
  judge,
  settled,
} from '../../src/judge/judge.ts';

const NOTHING_SET: JudgeSpec = {
  max: null,
  min: null,
  consecutive: 1,
  for: 0,
  compare: null,
  minSamples: 1,
  onNoData: 'fail',
  errorLimit: 4,
};
const spec = (of: Partial<JudgeSpec>): JudgeSpec => ({ ...NOTHING_SET, ...of });

const counts = (bad: number, total: number): Reading => ({
  value: bad / total,
  samples: total,
  bad,
  total,
});
const errors = (candidate: Reading | null, stable: Reading | null = null): Measurement => ({
  kind: 'ok',
  candidate,
  stable,
  unit: 'ratio',
  detail: '',
});
const latency = (value: number, stable?: number): Measurement => ({
  kind: 'ok',
  candidate: { value, samples: 100 },
  stable: stable === undefined ? null : { value: stable, samples: 1000 },
  unit: 'ms',
  detail: '',
});
const answer = (value: number, detail = 'status: expected 2xx, got 500'): Measurement => ({
  kind: 'ok',
  candidate: { value, samples: 1, bad: 1 - value, total: 1 },
  stable: null,
  unit: 'yesNo',
  detail,
});
const unread = (kind: Measurement['kind'], detail = 'why'): Measurement => ({
  kind,
  candidate: null,
  stable: null,
  unit: 'ratio',
  detail,
});

/** Judges one after the other, a second apart. */
function judgeAll(by: JudgeSpec, measurements: readonly Measurement[]) {
  let state: JudgeState = initialState;
  const judgements = measurements.map((measurement, index) => {
    const judged = judge(by, state, { measurement, at: index * 1000 });
    state = judged.state;
    return judged.judgement;
  });
  return { state, judgements, verdicts: judgements.map(({ verdict }) => verdict) };
}

type Row = [sentence: string, by: Partial<JudgeSpec>, found: Measurement, Verdict, reason: RegExp];

describe('one reading', () => {
  it.each<Row>([
    [
      'within the limit passes',
      { max: 0.05 },
      errors(counts(2, 400)),
      'pass',
      /^0.5 % \(2 of 400\), limit 5 %$/,
    ],
    [
      'far over the limit fails',
      { max: 0.05 },
      errors(counts(41, 418)),
      'fail',
      /^9.81 % \(41 of 418\), limit 5 %$/,
    ],
    ['total and no bad is 0 %', { max: 0.05 }, errors(counts(0, 50)), 'pass', /^0 % \(0 of 50\)/],
    [
      'one failing of 20 is no breach of 1 %',
      { max: 0.01 },
      errors(counts(1, 20)),
      'inconclusive',
      /not statistically significant/,
    ],
    ['four failing of 20 are', { max: 0.01 }, errors(counts(4, 20)), 'fail', /20 %/],
    [
      'two are, but not by themselves',
      { max: 0.01 },
      errors(counts(2, 20)),
      'inconclusive',
      /; 1 of 2 in a row$/,
    ],
    ['any failing breaks a limit of 0 %', { max: 0 }, errors(counts(1, 5000)), 'fail', /limit 0 %/],
    [
      'a ratio without counts is taken as it is',
      { max: 0.01 },
      errors({ value: 0.02, samples: 9 }),
      'fail',
      /^2 %, limit 1 %$/,
    ],
    [
      'a success rate below its minimum fails',
      { min: 0.99 },
      errors({ value: 0.9, samples: 400, bad: 40, total: 400 }),
      'fail',
      /at least 99 %/,
    ],
    [
      'a success rate just below it may be chance',
      { min: 0.99 },
      errors({ value: 0.95, samples: 20, bad: 1, total: 20 }),
      'inconclusive',
      /not statistically significant/,
    ],
    [
      'a latency over its limit fails',
      { max: 500 },
      latency(812),
      'fail',
      /^812 ms, limit 500 ms$/,
    ],
    ['a latency at its limit passes', { max: 500 }, latency(500), 'pass', /^500 ms, limit 500 ms$/],
    ['a yes passes without any limit', {}, answer(1, '200 in 3 ms'), 'pass', /^200 in 3 ms$/],
    ['a no fails without any limit', {}, answer(0), 'fail', /^status: expected 2xx, got 500$/],
    ['a no fails with the minimum that the config sets', { min: 1 }, answer(0), 'fail', /got 500/],
    [
      'a ratio without any limit passes nothing',
      {},
      errors(counts(0, 400)),
      'inconclusive',
      /no limit/,
    ],
  ])('%s', (_, by, found, verdict, reason) => {
    const { judgements, state } = judgeAll(spec(by), [found]);
    expect(judgements[0]).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
    expect(isPassing(state)).toBe(verdict === 'pass');
  });

  it('a count of troubles fails with its words, with and without a limit', () => {
    const found = (value: number): Measurement => ({
      kind: 'ok',
      candidate: { value, samples: 4, bad: value, total: 4 },
      stable: null,
      unit: 'count',
      detail: 'replica 2 exits with code 1',
    });
    for (const by of [spec({ max: 0 }), spec({})]) {
      expect(judgeAll(by, [found(0), found(2)]).verdicts).toEqual(['pass', 'fail']);
    }
    const { judgements } = judgeAll(spec({ max: 0 }), [found(2)]);
    expect(judgements[0]?.reason).toBe('2, limit 0: replica 2 exits with code 1');
  });

  it('names value, limit and unit for those who draw it', () => {
    const { judgements } = judgeAll(spec({ max: 0.05 }), [errors(counts(41, 410))]);
    expect(judgements[0]).toMatchObject({ value: 0.1, limit: 0.05, unit: 'ratio' });
  });
});

describe('what is not ok is never a pass', () => {
  it.each(['noData', 'partial', 'stale', 'notFinite', 'wrongVersion'] as const)(
    '%s is inconclusive',
    (kind) => {
      const { judgements, state } = judgeAll(spec({ max: 1 }), [unread(kind)]);
      expect(judgements[0]).toMatchObject({ verdict: 'inconclusive', reason: 'why', value: null });
      expect(final(state, spec({ max: 1 })).verdict).toBe('inconclusive');
    },
  );

  it.each(['sourceError', 'timeout'] as const)('%s is an error', (kind) => {
    const { judgements, state } = judgeAll(spec({ max: 1 }), [unread(kind)]);
    expect(judgements[0]?.verdict).toBe('error');
    expect(final(state, spec({ max: 1 })).verdict).toBe('inconclusive');
  });

  it.each<[string, Reading]>([
    ['NaN', { value: Number.NaN, samples: 10 }],
    ['Infinity', { value: Number.POSITIVE_INFINITY, samples: 10 }],
    ['-1', { value: -1, samples: 10 }],
    ['samples NaN', { value: 0, samples: Number.NaN }],
    ['bad 5, total 4', { value: 0, samples: 4, bad: 5, total: 4 }],
  ])('%s cannot be judged and is shown as received', (received, reading) => {
    const { judgements, state } = judgeAll(spec({ max: 1 }), [errors(reading)]);
    expect(judgements[0]?.verdict).toBe('inconclusive');
    expect(judgements[0]?.reason).toContain(received);
    expect(state.samples).toBe(0);
    expect(state.last?.kind).toBe('notFinite');
  });

  it('ok without numbers is not believed', () => {
    expect(judgeAll(spec({ max: 1 }), [errors(null)]).verdicts).toEqual(['inconclusive']);
  });
});

describe('several readings', () => {
  const good = errors(counts(0, 400));
  const bad = errors(counts(80, 400));
  const ample = errors(counts(0, 4000));
  const unsure = errors(counts(1, 20));
  const weak = errors(counts(2, 20));
  const none = unread('noData');

  it.each<[string, Partial<JudgeSpec>, Measurement[], Verdict[]]>([
    [
      'fail when enough in a row breach',
      { consecutive: 3 },
      [bad, bad, bad],
      ['inconclusive', 'inconclusive', 'fail'],
    ],
    [
      'a good one between clears the row',
      { consecutive: 2 },
      [bad, ample, bad, bad],
      ['inconclusive', 'pass', 'inconclusive', 'fail'],
    ],
    [
      'one without data between does not',
      { consecutive: 2 },
      [bad, none, bad],
      ['inconclusive', 'inconclusive', 'fail'],
    ],
    [
      'one that may be chance neither counts nor clears',
      { max: 0.01, consecutive: 2 },
      [bad, unsure, bad],
      ['inconclusive', 'inconclusive', 'fail'],
    ],
    [
      'fail when they breach for long enough',
      { for: 2000 },
      [bad, bad, bad],
      ['inconclusive', 'inconclusive', 'fail'],
    ],
    [
      'a good one begins the time anew',
      { for: 2000 },
      [bad, bad, ample, bad, bad],
      ['inconclusive', 'inconclusive', 'pass', 'inconclusive', 'inconclusive'],
    ],
    [
      'a time is not cut short by the count of one',
      { for: 5000, consecutive: 1 },
      [bad],
      ['inconclusive'],
    ],
    [
      'a second weak breach makes up for the doubt',
      { max: 0.01 },
      [weak, weak],
      ['inconclusive', 'fail'],
    ],
    ['so does one beyond doubt', { max: 0.01 }, [weak, bad], ['inconclusive', 'fail']],
    [
      'either of time and count is enough',
      { for: 60_000, consecutive: 2 },
      [bad, bad],
      ['inconclusive', 'fail'],
    ],
  ])('%s', (_, by, found, verdicts) => {
    expect(judgeAll(spec({ max: 0.05, ...by }), found).verdicts).toEqual(verdicts);
  });

  it('say how far the row has come', () => {
    const { judgements } = judgeAll(spec({ max: 0.05, consecutive: 3 }), [bad]);
    expect(judgements[0]?.reason).toBe('20 % (80 of 400), limit 5 %; 1 of 3 in a row');
    const timed = judgeAll(spec({ max: 0.05, for: 60_000 }), [bad, bad]);
    expect(timed.judgements[1]?.reason).toMatch(/; for 1s of 1m$/);
  });

  it('go on after a resume whose clock began anew', () => {
    const by = spec({ max: 0.05, for: 5000 });
    const first = judge(by, initialState, { measurement: bad, at: 900_000 });
    const kept = JSON.parse(JSON.stringify(first.state)) as JudgeState;
    const second = judge(by, kept, { measurement: bad, at: 10 });
    expect(second.judgement.verdict).toBe('inconclusive');
    expect(judge(by, second.state, { measurement: bad, at: 5010 }).judgement.verdict).toBe('fail');
  });

  it('too few samples cannot pass, but can fail', () => {
    const by = spec({ max: 0.05, minSamples: 1000 });
    const { verdicts, judgements } = judgeAll(by, [good, good, good]);
    expect(verdicts).toEqual(['inconclusive', 'inconclusive', 'pass']);
    expect(judgements[0]?.reason).toMatch(/; 400 of 1000 samples$/);
    expect(judgeAll(by, [bad]).verdicts).toEqual(['fail']);
  });

  it('one that fails by fits and starts fails in all, though it never breaches twice in a row', () => {
    const by = spec({ max: 0.05, consecutive: 2 });
    const fits = Array.from({ length: 10 }, (_, index) => errors(counts(index % 2 ? 0 : 30, 100)));
    const { state, judgements } = judgeAll(by, fits);
    expect(judgements.at(-1)).toMatchObject({
      verdict: 'inconclusive',
      reason: '0 % (0 of 100), limit 5 %; 15 % in all (150 of 1000), limit 5 %',
    });
    expect(final(state, by)).toEqual({
      verdict: 'fail',
      reason: '15 % in all (150 of 1000), limit 5 %',
    });
  });

  it('so does one that is only compared with stable', () => {
    const by = spec({ compare: { ratio: 1.5, difference: 0, floor: 0.001 }, consecutive: 2 });
    const stable = counts(5, 1000);
    const fits = Array.from({ length: 10 }, (_, index) =>
      errors(counts(index % 2 ? 0 : 9, 100), stable),
    );
    const { state, verdicts } = judgeAll(by, fits);
    expect(verdicts).toContain('fail');
    const reason = expect.stringMatching(
      /^[\d.]+ % \(\d+ of \d+, surely .*\) in \d+ windows, stable 0.5 %, limit 0.75 %; evidence (\d+|over 1000000), fails at 111$/,
    );
    expect(final(state, by)).toEqual({ verdict: 'fail', reason });
  });

  it('a hiccup that many good readings make up for passes in the end', () => {
    const by = spec({ max: 0.05, consecutive: 2 });
    const { state } = judgeAll(by, [errors(counts(30, 100)), ...Array(9).fill(good)]);
    expect(final(state, by).verdict).toBe('pass');
  });

  it('small ones that prove nothing alone fail together at the end', () => {
    const by = spec({ max: 0.01 });
    const { state, verdicts } = judgeAll(by, [...Array(20).fill(unsure), errors(counts(0, 20))]);
    expect(verdicts.slice(0, 8)).toEqual(Array(8).fill('inconclusive'));
    expect(verdicts).toContain('fail');
    expect(final(state, by).reason).toBe('4.76 % (20 of 420) in 21 windows, limit 1 %');
  });
});

describe('a comparison with stable', () => {
  const compare = { ratio: 1.5, difference: 0.002, floor: 0.001 };
  const by = spec({ compare, minSamples: 100 });

  it.each<[string, Reading, Reading | null, Verdict, RegExp]>([
    ['as good passes', counts(5, 1000), counts(50, 10_000), 'pass', /stable 0.5 %, limit 0.75 %/],
    [
      'much worse fails',
      counts(200, 1000),
      counts(50, 10_000),
      'fail',
      /^20 % \(200 of 1000, surely 17.6 % to 22.6 %\) in one window, stable 0.5 %, limit 0.75 %; evidence over 1000000, fails at 111$/,
    ],
    [
      'worse by chance is no failure, and fair to pass',
      counts(9, 1000),
      counts(50, 10_000),
      'pass',
      /^0.9 % \(9 of 1000\), stable 0.5 %, limit 0.75 %$/,
    ],
    [
      'a large ratio of little is no failure',
      counts(9, 10_000),
      counts(1, 10_000),
      'pass',
      /nothing below 0.1 %/,
    ],
    [
      'within the absolute difference passes',
      counts(29, 10_000),
      counts(100, 100_000),
      'pass',
      /limit 0.3 %/,
    ],
    [
      'errors where stable has none fail',
      counts(20, 1000),
      counts(0, 10_000),
      'fail',
      /stable 0 %, limit 0.2 %/,
    ],
    [
      'a few stable requests without error prove nothing',
      counts(3, 100),
      counts(0, 4),
      'inconclusive',
      /stable has 4 of 100 samples/,
    ],
    [
      'without stable data it cannot be made',
      counts(20, 1000),
      null,
      'inconclusive',
      /stable has no data/,
    ],
    ['below the floor it needs no stable data', counts(0, 1000), null, 'pass', /nothing below/],
    [
      'stable numbers that are none are no data',
      counts(20, 1000),
      { value: Number.NaN, samples: 0 },
      'inconclusive',
      /stable has no data/,
    ],
  ])('%s', (_, candidate, stable, verdict, reason) => {
    const { judgements } = judgeAll(by, [errors(candidate, stable)]);
    expect(judgements[0]).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
  });

  it('still fails by the hard limit when stable has no data', () => {
    const both = spec({ compare, max: 0.05 });
    expect(judgeAll(both, [errors(counts(200, 1000))]).verdicts).toEqual(['fail']);
  });

  it('may fail before it has the samples that a pass needs', () => {
    const [few, stable] = [counts(30, 50), counts(10, 10_000)];
    expect(judgeAll(by, [errors(few, stable)]).verdicts).toEqual(['fail']);
    expect(judgeAll(by, [errors(counts(0, 50), stable)]).judgements[0]).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/50 of 100 samples$/),
    });
  });

  it('works on latency, where only several windows prove something', () => {
    const slow = spec({ compare: { ratio: 1.5, difference: 50, floor: 100 } });
    const higher = Array.from({ length: 7 }, (_, i) => latency(320 + i, 200 + 2 * i));
    expect(judgeAll(slow, higher).verdicts).toEqual([
      ...Array(5).fill('inconclusive'),
      'fail',
      'fail',
    ]);
    expect(judgeAll(slow, [latency(90, 10), latency(120, 80), latency(200, 160)]).verdicts).toEqual(
      ['pass', 'pass', 'pass'],
    );
  });
});

describe('another version', () => {
  const other = unread('wrongVersion', 'answered by v41, not v42');

  it('three times in a row is a failure', () => {
    const { verdicts, judgements } = judgeAll(spec({}), [other, other, other]);
    expect(verdicts).toEqual(['inconclusive', 'inconclusive', 'fail']);
    expect(judgements[2]?.reason).toBe('answered by v41, not v42 (3 times in a row)');
  });

  it('is forgotten once the right one answers', () => {
    const { verdicts } = judgeAll(spec({}), [other, other, answer(1), other]);
    expect(verdicts).toEqual(['inconclusive', 'inconclusive', 'pass', 'inconclusive']);
  });
});

describe('the end of a phase', () => {
  const by = spec({ max: 0.05, minSamples: 500 });
  const good = errors(counts(0, 400));
  const down = unread('sourceError', 'connection refused');

  it.each<[string, Measurement[], Verdict, RegExp]>([
    ['passes with enough samples and a good last reading', [good, good], 'pass', /0 of 400/],
    ['is inconclusive when nothing was measured', [], 'inconclusive', /never measured/],
    ['is inconclusive with too few samples', [good], 'inconclusive', /400 of 500 samples/],
    [
      'is inconclusive when the last reading had no data',
      [good, good, unread('noData')],
      'inconclusive',
      /why/,
    ],
    [
      'is inconclusive when the last reading failed',
      [good, good, down],
      'inconclusive',
      /the last reading failed: connection refused/,
    ],
    [
      'names a blind gate',
      [good, good, down, down, down, down],
      'inconclusive',
      /^blind, 4 errors in a row: connection refused$/,
    ],
    ['passes when the source is back', [down, down, down, down, good, good], 'pass', /0 of 400/],
    ['fails when the last reading did', [good, good, errors(counts(90, 400))], 'fail', /22.5 %/],
  ])('%s', (_, found, verdict, reason) => {
    const { state } = judgeAll(by, found);
    expect(final(state, by)).toMatchObject({ verdict, reason: expect.stringMatching(reason) });
  });

  it('is blind at once where asking again cannot help', () => {
    const refused = { ...down, permanent: true };
    const { state, verdicts } = judgeAll(by, [good, refused]);
    expect(verdicts).toEqual(['inconclusive', 'error']);
    expect(final(state, by)).toMatchObject({
      verdict: 'inconclusive',
      blind: true,
      reason: expect.stringMatching(/connection refused/),
    });
    expect(final(judgeAll(by, [refused, good, good]).state, by).verdict).toBe('pass');
  });

  it.each([
    [true, [good, down, down, down, down]],
    [undefined, [good, down, down, down]],
    [undefined, [down, down, down, down, good]],
    [undefined, [down, down, down, down, unread('noData')]],
  ])('says that more time helps nothing: %s', (blind, found) => {
    expect(final(judgeAll(by, found).state, by).blind).toBe(blind);
  });

  it('is settled as a pass without data only where that is asked for in writing', () => {
    const lenient = spec({ max: 0.05, onNoData: 'pass' });
    const { state } = judgeAll(lenient, [unread('noData')]);
    expect(settled(state, lenient).verdict).toBe('pass');
    expect(settled(state, by).verdict).toBe('inconclusive');
  });

  it.each<[string, Measurement[]]>([
    ['blind', [down, down, down, down]],
    ['suspicious', [errors(counts(90, 400)), unread('noData')]],
    ['suspicious of what no counts prove', [latency(800), unread('noData')]],
    ['met by another version', [unread('wrongVersion')]],
    ['never asked', []],
  ])('is never settled as a pass for a gate that is %s', (_, found) => {
    const lenient = spec({ max: 0.05, consecutive: 3, onNoData: 'pass' });
    expect(settled(judgeAll(lenient, found).state, lenient).verdict).not.toBe('pass');
  });
});

describe('the judge', () => {
  it('keeps its memory as plain JSON and changes none that it was given', () => {
    const by = spec({ max: 0.05, consecutive: 2 });
    const before = Object.freeze({ ...initialState });
    const { state } = judge(by, before, { measurement: errors(counts(90, 400)), at: 5 });
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    expect(before).toEqual(initialState);
  });
});

describe('what is no share of requests', () => {
  it('is not excused by chance, however many requests it is of', () => {
    const slow = { value: 0.9, samples: 20, bad: 0, total: 20 };
    const measured: Measurement = { ...latency(0), candidate: slow };
    expect(judgeAll(spec({ max: 0.85 }), [measured]).verdicts).toEqual(['fail']);
  });

  it('and says yes without a count is good', () => {
    const yes: Measurement = { ...answer(1, ''), candidate: { value: 1, samples: 1 } };
    expect(judgeAll(spec({}), [yes]).verdicts).toEqual(['pass']);
  });
});

describe('a lower limit', () => {
  it('is as hard as an upper one: far below it no minimum of samples is waited for', () => {
    const few: Measurement = { ...errors(null), candidate: { value: 0.1, samples: 50, total: 50 } };
    expect(judgeAll(spec({ min: 0.9, minSamples: 100 }), [few]).verdicts).toEqual(['fail']);
  });
});

describe('a gate that saw too little until the end', () => {
  it('passes if that was asked for in writing, as one that saw nothing does', () => {
    const by = spec({ max: 0.05, minSamples: 10, onNoData: 'pass' });
    const { state } = judgeAll(by, [errors(counts(0, 2))]);
    expect(final(state, by).verdict).toBe('inconclusive');
    expect(settled(state, by).verdict).toBe('pass');
    expect(settled(state, { ...by, onNoData: 'fail' }).verdict).toBe('inconclusive');
  });
});

describe('evidence against a release', () => {
  const by = spec({ compare: { ratio: 1.5, difference: 0, floor: 0.001 }, minSamples: 100 });

  it('of one window is a burst until a second one says the same', () => {
    const window = errors(counts(40, 1000), counts(50, 10_000));
    const one = judge(by, initialState, { measurement: window, at: 0 });
    expect(one.judgement).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('in one window'),
    });
    expect(judge(by, one.state, { measurement: window, at: 1000 }).judgement.verdict).toBe('fail');
  });

  it('of one window is enough where it would do for two', () => {
    const window = errors(counts(60, 1000), counts(50, 10_000));
    expect(judge(by, initialState, { measurement: window, at: 0 }).judgement.verdict).toBe('fail');
  });

  it('is none below the floor, however much there is of it', () => {
    const rare = errors(counts(900, 1_000_000), counts(10, 1_000_000));
    expect(judgeAll(by, Array(5).fill(rare)).verdicts).toEqual(Array(5).fill('pass'));
  });
});

describe('a service whose errors come in bursts', () => {
  const by = spec({ max: 0.05, compare: { ratio: 1.5, difference: 0, floor: 0.001 } });
  const learned = (bad: (past: number) => number) =>
    Array.from({ length: 30 }, (_, past) => errors(counts(bad(past), 1000))).reduce(
      (state, found) => gateJudge.learn(state, found),
      initialState,
    );
  const burst = errors(counts(16, 150), counts(3, 1000));

  it('is not condemned by one of them, as a service is whose errors come one by one', () => {
    const inBursts = learned((past) => (past % 6 === 0 ? 18 : 0));
    const oneByOne = learned(() => 3);
    expect(judge(by, inBursts, { measurement: burst, at: 0 }).judgement.verdict).toBe(
      'inconclusive',
    );
    expect(judge(by, oneByOne, { measurement: burst, at: 0 }).judgement.verdict).not.toBe('pass');
    expect(
      judge(by, oneByOne, { measurement: errors(counts(20, 150), counts(3, 1000)), at: 0 })
        .judgement.verdict,
    ).toBe('fail');
    expect(
      judge(by, inBursts, { measurement: errors(counts(90, 150), counts(3, 1000)), at: 0 })
        .judgement.verdict,
    ).toBe('fail');
  });
});

describe('a release that has all of the traffic at once', () => {
  const by = spec({ compare: { ratio: 1.5, difference: 0, floor: 0.001 }, minSamples: 100 });
  const known = Array.from({ length: 30 }).reduce<JudgeState>(
    (state) => gateJudge.learn(state, errors(counts(2, 1000))),
    initialState,
  );

  it('is compared with stable as it was before: one that is as good passes', () => {
    const { judgement } = judge(by, known, { measurement: errors(counts(3, 1000)), at: 0 });
    expect(judgement).toMatchObject({ verdict: 'pass' });
    expect(judgement.reason).toContain('stable 0.2 % as it was before');
  });

  it.each([
    [20, 1],
    [12, 2],
    [8, 5],
  ])('and one that is worse fails, window by window: %i of 1000', (bad, needed) => {
    let [state, verdict, windows] = [known, 'pass', 0];
    while (verdict !== 'fail' && windows < 10) {
      const judged = judge(by, state, { measurement: errors(counts(bad, 1000)), at: windows++ });
      state = judged.state;
      verdict = judged.judgement.verdict;
    }
    expect(windows).toBe(needed);
  });

  it('with nothing known of stable there is nothing to compare it with', () => {
    const { judgement } = judge(by, initialState, { measurement: errors(counts(3, 1000)), at: 0 });
    expect(judgement.verdict).toBe('inconclusive');
  });
});

describe('a gate with limits of its own', () => {
  const silent = unread('noData', 'no requests');

  it('is starved after as many readings without a verdict as it bears: more time is not given', () => {
    const by = spec({ max: 0.05, inconclusiveLimit: 3 });
    const two = judgeAll(by, [silent, silent]).state;
    expect(final(two, by).blind).toBeUndefined();
    const three = judgeAll(by, [silent, silent, silent]).state;
    expect(final(three, by)).toEqual({
      verdict: 'inconclusive',
      reason: 'starved, 3 readings without a verdict: no requests',
      blind: true,
    });
    const back = judgeAll(by, [silent, silent, errors(counts(0, 400)), silent]).state;
    expect(final(back, by).blind).toBeUndefined();
  });

  it('bears breaches, in a row or not, up to its limit', () => {
    const by = spec({ max: 500, failureLimit: 2 });
    const found = [latency(900), latency(100), latency(900), latency(100), latency(900)];
    expect(judgeAll(by, found).verdicts).toEqual([
      'inconclusive',
      'pass',
      'inconclusive',
      'pass',
      'fail',
    ]);
  });

  it('passes only when it is proven, where that is asked for', () => {
    const compare = { ratio: 1.5, difference: 0, floor: 0.001 };
    const by = spec({ compare, pass: 'proven' });
    const window = errors(counts(20, 2000), counts(100, 10_000));
    const { verdicts, judgements } = judgeAll(by, Array(20).fill(window));
    expect(verdicts[0]).toBe('inconclusive');
    expect(judgements[0]?.reason).toMatch(/not proven yet: evidence [\d.]+ of 20/);
    expect(verdicts.at(-1)).toBe('pass');
    expect(verdicts).not.toContain('fail');
  });

  it('fails when more errors were spent than one deployment may', () => {
    // 1,000 requests a second for a day, of which one in a thousand may fail: 864 are 1 % of that.
    const budget = { share: 0.01, promise: 0.999, period: 86_400_000, interval: 1000 };
    const by = spec({ max: 1, budget });
    const window = errors(counts(60, 500), counts(0, 500));
    const { verdicts, judgements } = judgeAll(by, Array(16).fill(window));
    expect(verdicts.indexOf('fail')).toBe(14);
    expect(judgements[14]?.reason).toBe(
      '900 errors more than usual, of 864 that one deployment may spend',
    );
  });
});

describe('rules that last', () => {
  /** A reading every 15 s. */
  const judgeEach = (by: JudgeSpec, found: readonly Measurement[]) => {
    let state: JudgeState = initialState;
    return found.map((measurement, index) => {
      const judged = judge(by, state, { measurement, at: index * 15_000 });
      state = judged.state;
      return judged.judgement.verdict;
    });
  };

  it.each<[string, Partial<JudgeSpec>, Measurement, number]>([
    [
      'errors above 1 % for five minutes',
      { max: 0.01, for: 300_000 },
      errors(counts(30, 1000)),
      20,
    ],
    ['a p99 above two seconds for three minutes', { max: 2000, for: 180_000 }, latency(2400), 12],
    [
      'less than 80 % ready, three times in a row',
      { min: 0.8, consecutive: 3 },
      errors({ value: 0.75, samples: 4 }),
      2,
    ],
  ])('fail as they are written: %s', (_, of, found, at) => {
    expect(judgeEach(spec(of), Array(30).fill(found)).indexOf('fail')).toBe(at);
  });
});
