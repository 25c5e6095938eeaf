import { randomBytes } from 'node:crypto';

/** Randomness as the product sees it; a simulator brings a seeded one. */
export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
  /** Unpredictable name of this many characters, [a-z2-7], first one a letter. */
  name(length: number): string;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

export function nameFrom(next: () => number, length: number): string {
  let name = '';
  while (name.length < length)
    name += ALPHABET[Math.floor(next() * (name === '' ? 26 : ALPHABET.length))];
  return name;
}

const secureNext = () => randomBytes(4).readUInt32BE() / 2 ** 32;

export const systemRandom: Random = {
  next: secureNext,
  name: (length) => nameFrom(secureNext, length),
};
