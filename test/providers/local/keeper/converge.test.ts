import { describe, expect, it } from 'vitest';
import { type Desired, NOTHING } from '../../../../providers/local/home/desired.ts';
import type { ReplicaState } from '../../../../providers/local/home/messages.ts';
import { type ConvergeUnit, converge } from '../../../../providers/local/keeper/converge.ts';

const unit = (release: string, n: number, state: ReplicaState = 'ready'): ConvergeUnit => ({
  release,
  n,
  state,
});
const wanting = (
  counts: Record<string, number>,
  replacing: Desired['replacing'] = null,
): Desired => ({
  ...NOTHING,
  replacing,
  releases: Object.fromEntries(
    Object.entries(counts).map(([id, count]) => [id, { release: { id } as never, count }]),
  ),
});

describe('the next moves', () => {
  it('starts what is missing, under numbers that nobody has', () => {
    const { start, drain } = converge(wanting({ a: 3 }), [unit('a', 2)]);
    expect(start).toEqual([
      { release: 'a', n: 1 },
      { release: 'a', n: 3 },
    ]);
    expect(drain).toEqual([]);
  });

  it('leaves a crashed replica its place: it comes back by itself', () => {
    expect(converge(wanting({ a: 1 }), [unit('a', 1, 'crashed')])).toEqual({
      start: [],
      drain: [],
    });
  });

  it('counts none that is on its way out, however far it is', () => {
    for (const state of ['draining', 'stopping'] as const)
      expect(converge(wanting({ a: 1 }), [unit('a', 1, state)])).toEqual({
        start: [{ release: 'a', n: 2 }],
        drain: [],
      });
  });

  it('drains first what serves nobody, then the newest', () => {
    const units = [unit('a', 1), unit('a', 2, 'starting'), unit('a', 3)];
    expect(converge(wanting({ a: 1 }), units).drain.map(({ n }) => n)).toEqual([2, 3]);
  });

  it('drains everything of a release that nobody wants', () => {
    expect(converge(wanting({}), [unit('a', 1), unit('a', 2, 'crashed')]).drain).toHaveLength(2);
  });
});

describe('a replacement', () => {
  const settle = (surge: number, unavailable: number, of: number, replaced: number) => {
    const desired = wanting(
      { old: of - replaced, new: replaced },
      { release: 'new', from: 'old', replaced, of, surge, unavailable },
    );
    let units: ConvergeUnit[] = Array.from({ length: of }, (_, i) => unit('old', i + 1));
    let most = of;
    let fewest = of;
    for (let turn = 0; turn < 200; turn++) {
      const { start, drain } = converge(desired, units);
      if (start.length + drain.length === 0 && units.every(({ state }) => state === 'ready'))
        return { units, most, fewest };
      units = units
        .filter((candidate) => !drain.includes(candidate))
        .map((candidate) => ({ ...candidate, state: 'ready' as const }));
      fewest = Math.min(fewest, units.length);
      units = [...units, ...start.map(({ release, n }) => unit(release, n, 'starting'))];
      most = Math.max(most, units.length);
    }
    throw new Error('it never settles');
  };

  it.each([
    [1, 0],
    [0, 1],
    [2, 1],
    [0, 3],
    [3, 0],
    [0, 0],
  ])(
    'with surge %i and %i unavailable settles without ever leaving its limits',
    (surge, unavailable) => {
      for (const replaced of [1, 2, 5]) {
        const { units, most, fewest } = settle(surge, unavailable, 5, replaced);
        expect(units.filter(({ release }) => release === 'new')).toHaveLength(replaced);
        expect(units).toHaveLength(5);
        expect(most).toBeLessThanOrEqual(5 + (surge + unavailable === 0 ? 1 : surge));
        expect(fewest).toBeGreaterThanOrEqual(5 - unavailable);
      }
    },
  );
});
