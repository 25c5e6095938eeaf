import { expect, test } from 'vitest';
import type { Observation } from '../../../src/contract/index.ts';
import { drive } from '../../../src/engine/index.ts';
import { probeGate, type TestWorld, v1, v2, yes } from '../../helpers/world.ts';
import { at, begin, servingWorld, tampered } from '../stage.ts';

interface Look {
  readonly begun: number;
  readonly signal: AbortSignal;
  abortedAt: number | null;
}

/** Every look at the platform from then on is answered by nobody until it is given up. */
function silentFrom(world: TestWorld, from: number): Look[] {
  const looks: Look[] = [];
  const { observe } = world.provider;
  const { clock } = world;
  tampered(world, {
    observe: (signal = new AbortController().signal) => {
      if (clock.monotonic() < from) return observe();
      const look: Look = { begun: clock.monotonic(), signal, abortedAt: null };
      looks.push(look);
      return new Promise<Observation>((_, reject) => {
        signal.addEventListener('abort', () => {
          look.abortedAt = clock.monotonic();
          reject(new Error('aborted'));
        });
      });
    },
  });
  return looks;
}

const route = { kind: 'route', split: { [v1.id]: 50, [v2.id]: 50 }, match: null } as const;
const start = { kind: 'start', release: v2, capacity: 100, weights: [50] } as const;
const hold = { kind: 'hold', duration: 10_000, extension: 0, watch: ['probe'] } as const;

test('a look that nobody answers is aborted when its time is over, and another is taken', async () => {
  const world = servingWorld();
  const looks = silentFrom(world, 1000);
  const wait = { ...hold, duration: 2000, watch: [] };
  await world.clock.run(
    begin(world, [start, wait, route]).then((session) => {
      at(world, 50_000, () => world.interrupt('SIGINT'));
      return drive(session);
    }),
  );
  expect(looks.length).toBeGreaterThan(1);
  const [first] = looks;
  expect((first?.abortedAt ?? 0) - (first?.begun ?? 0)).toBe(world.pace.call);
  expect(looks.filter(({ signal }) => !signal.aborted)).toEqual([]);
});

test('a look that a gate has begun is aborted when its step is over', async () => {
  const world = servingWorld();
  const looks = silentFrom(world, 3000);
  Object.assign(world, {
    source: () => ({
      measure: async ({ observe }: { observe(): Promise<Observation> }) => {
        await observe();
        return yes;
      },
    }),
  });
  const gates = { probe: { ...probeGate, timeout: 60_000, advisory: true } };
  await world.clock.run(begin(world, [hold], { gates }).then((session) => drive(session)));
  const [first] = looks;
  expect(first?.begun).toBeLessThan(5000);
  expect(first?.abortedAt).toBe(10_000);
});
