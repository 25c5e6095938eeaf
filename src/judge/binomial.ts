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
  return Math.min(1, Math.max(0, 1 - below(x - 1, n, rate)));
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

function below(x: number, n: number, rate: number): number {
  const odds = rate / (1 - rate);
  let [term, total] = [1, 0];
  for (let k = x; k >= 0 && term > total * 1e-17; k--) {
    total += term;
    term *= k / ((n - k + 1) * odds);
  }
  return total * Math.exp(logTerm(x, n, rate));
}

function logTerm(k: number, n: number, rate: number): number {
  const ways = logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  return ways + k * Math.log(rate) + (n - k) * Math.log1p(-rate);
}

/** Stirling's series; small numbers, where it is poor, are multiplied out. */
function logFactorial(n: number): number {
  if (n < 16)
    return Math.log(Array.from({ length: n }, (_, i) => i + 1).reduce((a, b) => a * b, 1));
  const series = 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series;
}
