import { mulberry } from './mulberry.ts';

/** Holds a promise to so many seeds, each with chance of its own; a failure names both. */
export function eachSeed(
  promise: string,
  rounds: number,
  holds: (next: () => number, seed: number) => void,
): void {
  for (let seed = 1; seed <= rounds; seed++) {
    try {
      holds(mulberry(seed), seed);
    } catch (error) {
      throw new Error(`seed ${seed}: ${promise}: ${(error as Error).message}`, { cause: error });
    }
  }
}
