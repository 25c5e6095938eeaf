/** Whether counts are what a share makes probable. */

export const total = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** How probable it is that so many or so few of all answers come from v2, or a rarer number; exact, by the binomial. */
export function chanceOf(counts: Readonly<Record<string, number>>, share: number): number {
  const all = total(counts);
  if (all === 0) return 0;
  const logs = [0];
  for (let n = 1; n <= all; n += 1) logs.push((logs[n - 1] ?? 0) + Math.log(n));
  const log = (n: number) => logs[n] ?? 0;
  const chance = (k: number) =>
    Math.exp(
      log(all) - log(k) - log(all - k) + k * Math.log(share) + (all - k) * Math.log(1 - share),
    );
  const seen = chance(counts.v2 ?? 0);
  let sum = 0;
  for (let k = 0; k <= all; k += 1) if (chance(k) <= seen * (1 + 1e-9)) sum += chance(k);
  return sum;
}
