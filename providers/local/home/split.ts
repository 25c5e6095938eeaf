import type { ReleaseId, Split } from '../../../src/contract/index.ts';

/** Equal as far as traffic goes: a weight of nothing is no weight. */
export function sameSplit(a: Split | null, b: Split | null): boolean {
  if (a === null || b === null) return a === b;
  const ids = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...ids].every((id) => Math.abs((a[id] ?? 0) - (b[id] ?? 0)) < 0.01);
}

/** The releases that get traffic. */
export function routed(split: Split): ReleaseId[] {
  return Object.keys(split).filter((id) => (split[id] ?? 0) > 0);
}
