import type { KayentaSpec } from '../../contract/index.ts';

/** A value that is no number stands for one that was not there. */
export function cleaned(
  values: readonly number[],
  { nan, outliers }: Pick<KayentaSpec, 'nan' | 'outliers'>,
): readonly number[] {
  const known =
    nan === 'replace'
      ? values.map((value) => (Number.isNaN(value) ? 0 : value))
      : values.filter((value) => !Number.isNaN(value));
  return outliers === null ? known : withoutOutliers(known, outliers);
}

/** Beyond so many times the distance of the quartiles, and beyond the hundredth part at either end. */
function withoutOutliers(values: readonly number[], factor: number): readonly number[] {
  const at = (share: number) => valueAtShare(values, share);
  const reach = factor * (at(0.75) - at(0.25));
  const low = Math.min(at(0.01), at(0.25) - reach);
  const high = Math.max(at(0.99), at(0.75) + reach);
  return values.filter((value) => value >= low && value <= high);
}

/** Between two values in a straight line, as R does by default (its type 7). */
function valueAtShare(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}
