import { beforeEach, describe, expect, test } from 'vitest';
import { Memory } from '../../../providers/vercel/memory.ts';
import type { Place } from '../../../providers/vercel/place.ts';
import { searchFor } from '../../../providers/vercel/search.ts';
import { systemClock } from '../../../src/lib/clock.ts';

/** A list of three hundred pages, in which nothing is ours. */
const LAST = 300;
let asked: (number | undefined)[];
let now: number;
let took: number;
let failsAt: number | null;
let place: Place;

beforeEach(() => {
  [asked, now, took, failsAt] = [[], 0, 10, null];
  const clock = { ...systemClock, monotonic: () => now };
  const list = async (_: unknown, until?: number) => {
    asked.push(until);
    now += took;
    const page = until ?? 0;
    if (page === failsAt) throw new Error('too many requests');
    return { deployments: [], next: page === LAST ? null : page + 1 };
  };
  const deployment = async () => null;
  const memory = new Memory(clock, { readLag: 1000, poll: 1000 });
  place = { calls: { list, deployment }, memory } as unknown as Place;
});

const deepest = () => Math.max(...asked.map((until) => until ?? 0));

describe('a search of the list', () => {
  test('goes on from where an error has cut it off', async () => {
    failsAt = 40;
    await expect(searchFor(place, 'v1')).rejects.toThrow('too many requests');
    failsAt = null;
    asked = [];
    expect(await searchFor(place, 'v1')).toMatchObject({ found: null, goesOn: false });
    // What is new may have come since.
    expect(asked.slice(0, 2)).toEqual([undefined, 40]);
  });

  test('gets on by a page in each call, however slow these are', async () => {
    took = 20_000;
    for (const page of [1, 2, 3]) {
      expect(await searchFor(place, 'v1')).toMatchObject({ goesOn: true });
      expect(deepest()).toBe(page);
    }
  });

  test('ends sooner for what is new, and can be built whatever the list says', async () => {
    place.memory.described.add('v1');
    expect(await searchFor(place, 'v1')).toMatchObject({ found: null, goesOn: false });
    expect(asked).toHaveLength(20);
    await searchFor(place, 'v0');
    expect(deepest()).toBe(99);
  });

  test('is not made for what was built elsewhere and is gone', async () => {
    const spec = { source: { kind: 'deployment', id: 'dpl_gone' } };
    const release = { id: 'v1', version: 'v1', artifact: 'x', spec };
    expect(await searchFor(place, release)).toEqual({ found: null, isWhole: true, goesOn: false });
    expect(asked).toEqual([]);
  });
});
