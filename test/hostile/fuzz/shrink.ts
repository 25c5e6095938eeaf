import type { Input } from './input.ts';

/** Fails in the same way. */
export type Fails = (input: Input) => Promise<boolean>;

/** The least of an input that still fails: ever smaller pieces are left out while it does. */
export async function shrink(input: Input, fails: Fails, tries = 2000): Promise<Input> {
  let best = (await fails({ ...input, flags: {} })) ? { ...input, flags: {} } : input;
  let left = tries;
  for (let size = best.bytes.length >> 1; size >= 1 && left > 0; size = size >> 1) {
    for (let at = 0; at < best.bytes.length && left > 0; left--) {
      const bytes = Buffer.concat([best.bytes.subarray(0, at), best.bytes.subarray(at + size)]);
      if (await fails({ ...best, bytes })) best = { ...best, bytes };
      else at += size;
    }
  }
  return best;
}
