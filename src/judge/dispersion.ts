/** Sums over windows of one track, from which one tells whether its bad ones come in bursts. Plain JSON. */
export interface Spread {
  readonly windows: number;
  readonly bad: number;
  readonly total: number;
  /** Sum of bad² / total. */
  readonly squares: number;
}

export const noSpread: Spread = { windows: 0, bad: 0, total: 0, squares: 0 };

export function widen(spread: Spread, bad: number, total: number): Spread {
  if (total <= 0) return spread;
  return {
    windows: spread.windows + 1,
    bad: spread.bad + bad,
    total: spread.total + total,
    squares: spread.squares + bad ** 2 / total,
  };
}

/** What is believed before anything is known, and how many windows that weighs. */
const BELIEVED = 3;
const WORTH = 4;

/**
 * Variance of the bad ones over what chance alone would give them (Pearson's chi-square over its
 * degrees of freedom): 1 where each fails by itself, and about twice the size of its bursts otherwise.
 */
export function dispersionOf({ windows, bad, total, squares }: Spread): number {
  const chi = bad > 0 ? (squares * total) / bad - bad : 0;
  const free = bad > 0 ? Math.max(0, windows - 1) : 0;
  return Math.max(1, (BELIEVED * WORTH + chi) / (WORTH + free));
}
