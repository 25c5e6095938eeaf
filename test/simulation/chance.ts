import { mulberry } from '../helpers/mulberry.ts';

/**
 * Seeded chance: the same seed draws the same, on any machine. Each stream of a seed draws by
 * itself, so that what is taken out of a run changes nothing that the others draw.
 */
export class Chance {
  readonly next: () => number;

  constructor(seed: number, stream = '') {
    this.next = mulberry(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995 ^ numberOf(stream));
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

/** FNV-1a, so that two names never share a stream by being alike. */
function numberOf(text: string): number {
  let hash = text === '' ? 0 : 0x811c9dc5;
  for (let at = 0; at < text.length; at++)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
