import { mulberry } from '../helpers/world.ts';

/** Seeded chance: the same seed draws the same, on any machine. */
export class Chance {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = mulberry(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
  }

  hits(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  whole(from: number, to: number): number {
    return Math.floor(this.between(from, to + 1));
  }

  one<T>(from: readonly T[]): T {
    return from[Math.floor(this.next() * from.length)] as T;
  }
}
