const SMALL = 16;
const PRODUCTS = Array.from({ length: SMALL }, (_, n) =>
  Math.log(Array.from({ length: n }, (_, i) => i + 1).reduce((a, b) => a * b, 1)),
);

/** Stirling's series; small numbers, where it is poor, are multiplied out. */
function logFactorial(n: number): number {
  if (n < SMALL) return PRODUCTS[n] ?? 0;
  const series = 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series;
}

export function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}
