import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { KayentaSpec } from '../../../src/contract/index.ts';
import { classify } from '../../../src/judge/kayenta/classify.ts';
import { usualKayenta } from './usual.ts';

interface Vector {
  readonly name: string;
  readonly candidate: readonly number[];
  readonly stable: readonly number[];
  readonly direction: KayentaSpec['direction'];
  readonly measure: KayentaSpec['effect']['measure'];
  readonly up: number;
  readonly down: number;
  readonly outliers: number | null;
  readonly lower: number;
  readonly upper: number;
  readonly estimate: number;
  readonly is: string;
}

/** Made by vectors.R, of which the interval is that of R’s own test. */
const VECTORS: readonly Vector[] = JSON.parse(
  readFileSync(new URL('vectors.json', import.meta.url), 'utf8'),
);

describe('a metric is called what R and the rules of Kayenta call it', () => {
  test.each(VECTORS.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    const { direction, measure, up, down, outliers } = vector;
    const effect = {
      measure,
      allowedIncrease: up,
      allowedDecrease: down,
      criticalIncrease: up,
      criticalDecrease: down,
    };
    const { is, shift } = classify({ ...usualKayenta, direction, outliers, effect }, vector);
    expect(is).toBe(vector.is);
    expect(shift?.lower).toBeCloseTo(vector.lower, 9);
    expect(shift?.upper).toBeCloseTo(vector.upper, 9);
    expect(shift?.estimate).toBeCloseTo(vector.estimate, 9);
  });
});

test('what is allowed of the pairs that the candidate wins is held against their share', () => {
  const [candidate, stable] = [8, 1].map((least) =>
    Array.from({ length: 10 }, (_, i) => least + i),
  );
  // 94 of the 100 pairs are won, and 3 are a draw.
  const allowed = (allowedIncrease: number) => {
    const effect = { ...usualKayenta.effect, measure: 'cles', allowedIncrease } as const;
    return classify(
      { ...usualKayenta, effect },
      { candidate: candidate ?? [], stable: stable ?? [] },
    );
  };
  expect(allowed(0.95).is).toBe('high');
  expect(allowed(0.96).is).toBe('pass');
});

describe('without a test a metric is called', () => {
  const of = (candidate: readonly number[], stable: readonly number[], more = {}) =>
    classify({ ...usualKayenta, ...more }, { candidate, stable });

  test('a pass where both have the same values in any order, or one value all over', () => {
    expect(of([1, 2, 3, 4, 5], [5, 4, 3, 2, 1]).is).toBe('pass');
    expect(of([1, 1, 1], [1, 1]).is).toBe('pass');
  });

  test('high or low where each is one value all over, the same each time', () => {
    expect(of([5, 5, 5, 5, 5], [1, 1, 1, 1, 1])).toMatchObject({ is: 'high' });
    expect(of([1, 1, 1, 1, 1], [5, 5, 5, 5, 5])).toMatchObject({ is: 'low' });
    expect(of([0, 0, 0], [5, 5, 5])).toMatchObject({ is: 'low' });
  });

  test('without data where one side has none, and by what the metric says of that', () => {
    expect(of([], [1, 2])).toMatchObject({ is: 'nodata', critical: false });
    expect(of([1, 2], [])).toMatchObject({ is: 'nodata' });
    expect(of([], [1, 2], { critical: true })).toMatchObject({ is: 'nodata', critical: true });
    expect(of([], [1, 2], { mustHaveData: true })).toMatchObject({ is: 'missing' });
    expect(of([], [1, 2], { nan: 'replace' })).toMatchObject({ is: 'pass' });
  });

  test('an error where the test cannot be made', () => {
    expect(of([5], [1]).is).toBe('error');
  });

  test('as without those values that are no numbers, or as if they were 0', () => {
    const stable = [1, 2, 3, 2, 1, 2, 3, 2];
    const gaps = [NaN, NaN, NaN, NaN, 9, 9.1, 9.2, 9.3];
    expect(of(gaps, stable).is).toBe('high');
    expect(of(gaps, stable, { nan: 'replace' }).is).toBe('pass');
  });

  test('critical only beyond the effect that is critical', () => {
    const stable = [10, 11, 12, 10.5, 11.5, 10.2, 11.2, 10.7];
    const candidate = stable.map((value) => value * 1.5);
    const by = (criticalIncrease: number) => ({
      critical: true,
      effect: { ...usualKayenta.effect, criticalIncrease },
    });
    expect(of(candidate, stable, by(1.4))).toMatchObject({ is: 'high', critical: true });
    expect(of(candidate, stable, by(1.6))).toMatchObject({ is: 'high', critical: false });
  });
});
