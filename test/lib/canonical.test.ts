import { describe, expect, test } from 'vitest';
import { canonicalJson, hashOf, sha256 } from '../../src/lib/canonical.ts';
import { eachSeed } from '../helpers/each-seed.ts';

const LEAVES = [null, true, false, 0, -1.5, 1e21, '', 'ä', '"\\\n', '\u2028', '__proto__', '10'];

function randomValue(next: () => number, depth: number): unknown {
  const pick = (bound: number) => Math.floor(next() * bound);
  const kind = depth > 0 ? pick(3) : 0;
  if (kind === 1) return Array.from({ length: pick(4) }, () => randomValue(next, depth - 1));
  if (kind === 2) {
    const keys = Array.from({ length: pick(5) }, () => `k${pick(12)}`);
    return Object.fromEntries(keys.map((key) => [key, randomValue(next, depth - 1)]));
  }
  return LEAVES[pick(LEAVES.length)];
}

/** The same value with all keys in the opposite order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([key, inner]) => [key, turned(inner)]));
}

describe('canonical JSON', () => {
  const each = (promise: string, holds: (value: unknown) => void) =>
    eachSeed(promise, 300, (next) => holds(randomValue(next, 4)));

  test('is JSON, and means the value that it was made of', () => {
    each('it means what it was made of', (value) =>
      expect(JSON.parse(canonicalJson(value))).toEqual(value),
    );
  });

  test('does not depend on the order of keys, however deep they are', () => {
    each('the order of keys does not matter', (value) =>
      expect(canonicalJson(turned(value))).toBe(canonicalJson(value)),
    );
  });

  test('stays the same when it is read and written again', () => {
    each('it stays as it is', (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    });
  });

  test('sorts keys as strings, and knows no undefined', () => {
    expect(canonicalJson({ b: 1, a: undefined, B: { d: [{ f: 1, e: 2 }], c: 3 } })).toBe(
      '{"B":{"c":3,"d":[{"e":2,"f":1}]},"b":1}',
    );
  });

  test('keeps a key that means something to the language', () => {
    const value = JSON.parse('{"b":1,"__proto__":{"x":1},"constructor":2}');
    expect(canonicalJson(value)).toBe('{"__proto__":{"x":1},"b":1,"constructor":2}');
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

test('the hash is the well-known one, of the canonical text', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(hashOf({ b: 1, a: 2 })).toBe(sha256('{"a":2,"b":1}'));
  expect(hashOf({ a: 2, b: 1 })).toBe(hashOf({ b: 1, a: 2 }));
  expect(hashOf({ a: 2 })).not.toBe(hashOf({ a: '2' }));
});
