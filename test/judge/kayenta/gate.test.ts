import { describe, expect, test } from 'vitest';
import type { JudgeSpec, KayentaSpec, Measurement } from '../../../src/contract/index.ts';
import { gateJudge, type JudgeState } from '../../../src/judge/judge.ts';
import { usualKayenta } from './usual.ts';

const spec = (of: Partial<KayentaSpec> = {}, more: Partial<JudgeSpec> = {}): JudgeSpec => ({
  max: null,
  min: null,
  consecutive: 1,
  for: 0,
  compare: null,
  minSamples: 1,
  onNoData: 'fail',
  errorLimit: 4,
  kayenta: { ...usualKayenta, ...of },
  ...more,
});

const window = (candidate: number | null, stable: number | null): Measurement => ({
  kind: candidate === null ? 'noData' : 'ok',
  candidate: candidate === null ? null : { value: candidate, samples: 1 },
  stable: stable === null ? null : { value: stable, samples: 1 },
  unit: 'ms',
  detail: candidate === null ? 'nothing found' : '',
});

/** The state after these windows, and the verdict of each. */
function watched(by: JudgeSpec, windows: readonly Measurement[], from?: JudgeState) {
  let state = from ?? gateJudge.begin(null, false);
  const verdicts = windows.map((measurement, index) => {
    const judged = gateJudge.judge(by, state, { measurement, at: index * 1000 });
    state = judged.state;
    return judged.judgement;
  });
  return { state, verdicts };
}

const USUAL = [100, 104, 98, 101, 103, 99, 102, 97];
const same = USUAL.map((value, index) => window(USUAL[(index * 3) % 8] ?? null, value));
const slower = USUAL.map((value) => window(value + 40, value));

const ended = (gate: string, by: JudgeSpec, state: JudgeState, last = false) => ({
  gate,
  spec: by,
  end: gateJudge.final(by, state),
  last,
});
const verdictsOf = (ends: ReturnType<typeof ended>[]) =>
  gateJudge.together(ends).map(({ verdict }) => verdict);

describe('a gate by the judge of Kayenta', () => {
  test('only suspects until the end, and then says what it was called and by which numbers', () => {
    const { state, verdicts } = watched(spec(), slower);
    expect(verdicts.map(({ verdict }) => verdict)).not.toContain('fail');
    expect(verdicts.at(-1)).toMatchObject({ verdict: 'inconclusive' });
    const [end] = gateJudge.together([ended('slow', spec(), state)]);
    expect(end?.verdict).toBe('fail');
    expect(end?.reason).toMatch(
      /^Kayenta: High, shifted by 40 ms \(98 % sure: 3\d(\.\d)? ms to 4\d(\.\d)? ms\); 8 points, 8 of stable; score 0, needs 75$/,
    );
  });

  test('passes where both are alike, by the score that the last judgement needs', () => {
    const { state } = watched(spec(), same);
    const [end] = gateJudge.together([ended('slow', spec(), state, true)]);
    expect(end).toMatchObject({ verdict: 'pass', reason: expect.stringContaining('needs 95') });
  });

  test('still fails at once by a limit of its own', () => {
    const by = spec({}, { max: 130 });
    expect(watched(by, slower).verdicts[0]).toMatchObject({ verdict: 'fail' });
  });

  test('goes on with the same values after a resume, and in the next step', () => {
    const { state, verdicts } = watched(spec(), slower.slice(0, 5));
    expect(JSON.parse(JSON.stringify(verdicts.at(-1)?.state)).series.candidate).toHaveLength(5);
    for (const again of [true, false]) {
      const begun = gateJudge.begin(verdicts.at(-1)?.state ?? null, again);
      const resumed = watched(spec(), slower.slice(5), begun).state;
      expect(resumed.series).toEqual(watched(spec(), slower.slice(5), state).state.series);
    }
  });

  test('counts a window without a value as none, or as 0', () => {
    const silent = [...slower.slice(0, 4), window(null, 100)];
    expect(watched(spec(), silent).state.series).toMatchObject({
      candidate: { length: 4 },
      stable: { length: 5 },
    });
    const { candidate } = watched(spec({ nan: 'replace' }), silent).state.series;
    expect(candidate.at(-1)).toBe(0);
  });

  test('compares shares in percent, and tells them as such', () => {
    const share = (value: number, stable: number): Measurement => ({
      ...window(value, stable),
      unit: 'ratio',
    });
    const windows = USUAL.map((value) => share((value + 40) / 100_000, value / 100_000));
    const { state } = watched(spec(), windows);
    expect(state.series.stable[0]).toBeCloseTo(0.1, 9);
    const { reason } = gateJudge.final(spec(), state);
    expect(reason).toMatch(/^Kayenta: High, shifted by 0\.04 %/);
  });

  test('keeps no more than four hours of minutes', () => {
    const long = Array.from({ length: 300 }, (_, index) => window(index, index));
    expect(watched(spec(), long).state.series.candidate).toHaveLength(240);
  });

  test('never passes for want of stable’s data, errors or another version', () => {
    const alone = watched(
      spec(),
      slower.map(({ candidate }) => window(candidate?.value ?? 0, null)),
    );
    const silenced = watched(
      spec(),
      Array.from({ length: 4 }, () => ({ ...window(1, 1), kind: 'sourceError' as const })),
      watched(spec(), same).state,
    );
    const another = watched(
      spec(),
      [{ ...window(1, 1), kind: 'wrongVersion' as const }],
      watched(spec(), same).state,
    );
    for (const { state } of [alone, silenced, another])
      expect(verdictsOf([ended('slow', spec(), state, true)])).toEqual(['inconclusive']);
  });
});

describe('gates by the judge of Kayenta stand or fall together', () => {
  const [good, bad] = [watched(spec(), same).state, watched(spec(), slower).state];

  test('one of four that is High goes on with a score of 75, and fails the last judgement', () => {
    const four = (last: boolean) => [
      ...['a', 'b', 'c'].map((name) => ended(name, spec(), good, last)),
      ended('slow', spec(), bad, last),
    ];
    expect(verdictsOf(four(false))).toEqual(['pass', 'pass', 'pass', 'pass']);
    expect(verdictsOf(four(true))).toEqual(['pass', 'pass', 'pass', 'fail']);
  });

  test('a critical one fails whatever the others say', () => {
    const by = spec({ critical: true, marginal: 1 });
    const ends = [ended('a', spec({ marginal: 1 }), good), ended('slow', by, bad)];
    expect(verdictsOf(ends)).toEqual(['pass', 'fail']);
  });

  test('who cannot say yet is waited for as long as it may save the others', () => {
    const unknown = gateJudge.begin(null, false);
    const nodata = watched(spec(), [window(100, null)]).state;
    const save = [
      ended('slow', spec({ marginal: 50 }), bad),
      ended('new', spec({ marginal: 50 }), nodata),
    ];
    expect(verdictsOf(save)).toEqual(['pass', 'inconclusive']);
    const lost = [ended('slow', spec(), bad), ended('new', spec(), nodata)];
    expect(verdictsOf(lost)).toEqual(['fail', 'inconclusive']);
    expect(gateJudge.final(spec(), unknown).verdict).toBe('inconclusive');
  });

  test('others are left as they are', () => {
    const { kayenta: _, ...plain } = spec({}, { max: 200 });
    const ends = [ended('slow', spec(), bad), ended('limit', plain, watched(plain, slower).state)];
    expect(verdictsOf(ends)).toEqual(['fail', 'pass']);
  });
});
