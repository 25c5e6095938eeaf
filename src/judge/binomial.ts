import { logChoose } from './factorial.ts';

/**
 * P(X ≥ bad) when each of `total` requests fails with probability `rate`: how likely chance alone
 * gives so many. Exact: the terms are summed away from the peak, relative to the first, whose logarithm
 * is known, so that neither a million requests nor a probability of 1e-300 over- or underflows.
 */
export function binomialTail(bad: number, total: number, rate: number): number {
  const [x, n] = [Math.round(bad), Math.round(total)];
  if (x <= 0) return 1;
  if (x > n || rate <= 0) return 0;
  if (rate >= 1) return 1;
  if (x > n * rate) return Math.min(1, above(x, n, rate));
  return Math.min(1, Math.max(0, 1 - binomialBelow(x - 1, n, rate)));
}

function above(x: number, n: number, rate: number): number {
  const odds = rate / (1 - rate);
  let [term, total] = [1, 0];
  for (let k = x; k <= n && term > total * 1e-17; k++) {
    total += term;
    term *= ((n - k) / (k + 1)) * odds;
  }
  return total * Math.exp(logTerm(x, n, rate));
}

function binomialBelow(x: number, n: number, rate: number): number {
  const odds = rate / (1 - rate);
  let [term, total] = [1, 0];
  for (let k = x; k >= 0 && term > total * 1e-17; k--) {
    total += term;
    term *= k / ((n - k + 1) * odds);
  }
  return total * Math.exp(logTerm(x, n, rate));
}

function logTerm(k: number, n: number, rate: number): number {
  return logChoose(n, k) + k * Math.log(rate) + (n - k) * Math.log1p(-rate);
}
