import { describe, expect, it } from 'vitest';
import { type Desired, NOTHING } from '../../../../providers/local/home/desired.ts';
import { sameSplit } from '../../../../providers/local/home/split.ts';
import { tableOf } from '../../../../providers/local/keeper/routing.ts';
import { change } from '../../../../providers/local/operations/index.ts';
import type { Operation, Release } from '../../../../src/contract/index.ts';
import { settingsOf } from '../fixture.ts';

const edge = { host: '127.0.0.1', port: 0, metricsPort: 0 };
const release = (id: string, sticky: { cookie: string; maxAge: number } | null): Release => ({
  id,
  version: id,
  artifact: id,
  spec: settingsOf({ edge: { ...edge, sticky } }),
});
const old = release('old', { cookie: 'session', maxAge: 1000 });
const fresh = release('fresh', null);
const start = (which: Release): Operation => ({
  kind: 'start',
  release: which,
  capacity: 100,
  weights: [],
});
const promote = (id: string): Operation => ({ kind: 'promote', release: id });
const route = (split: Record<string, number>): Operation => ({ kind: 'route', split, match: null });
const stickyAfter = (...operations: Operation[]) =>
  tableOf(operations.reduce<Desired>(change, NOTHING), []).sticky;

describe('two splits', () => {
  it('are the same as far as traffic goes', () => {
    expect(sameSplit({ a: 100, b: 0 }, { a: 100 })).toBe(true);
    expect(sameSplit({ a: 99, b: 1 }, { a: 100 })).toBe(false);
    expect(sameSplit(null, null)).toBe(true);
    for (const split of [{}, { a: 100 }])
      expect([sameSplit(split, null), sameSplit(null, split)]).toEqual([false, false]);
  });
});

describe('a split while replicas are replaced', () => {
  it('gives each ready one the same share, also where that is no whole percent', () => {
    const replacing = {
      release: 'fresh',
      from: 'old',
      replaced: 1,
      of: 3,
      surge: 1,
      unavailable: 0,
    };
    const desired = { ...[start(old), start(fresh)].reduce<Desired>(change, NOTHING), replacing };
    const ready = (id: string, key: string) =>
      ({ release: id, key, port: 1, state: 'ready' }) as const;
    const { split } = tableOf(desired, [ready('old', 'a'), ready('old', 'b'), ready('fresh', 'c')]);
    expect(split).toEqual({ old: 66.667, fresh: 33.333 });
  });
});

describe('settings of the edge', () => {
  it('are those of the live release: a candidate without stickiness ends it when it is promoted', () => {
    const sticky = { cookie: 'session', maxAge: 1000 };
    expect(stickyAfter(start(old))).toBeNull();
    expect(stickyAfter(start(old), promote('old'), start(fresh))).toEqual(sticky);
    expect(stickyAfter(start(old), promote('old'), start(fresh), promote('fresh'))).toBeNull();
  });

  it('are those of a candidate from its first traffic on, and gone with it', () => {
    const sticky = { cookie: 'session', maxAge: 1000 };
    const live = [start(fresh), route({ fresh: 100 }), promote('fresh'), start(old)];
    expect(stickyAfter(...live)).toBeNull();
    expect(stickyAfter(...live, route({ fresh: 95, old: 5 }))).toEqual(sticky);
    expect(stickyAfter(...live, route({ fresh: 95, old: 5 }), route({ fresh: 100 }))).toBeNull();
  });

  it('are restored on the way back, also when the candidate is retired without it', () => {
    const sticky = { cookie: 'session', maxAge: 1000 };
    const there = [start(old), promote('old'), start(fresh), promote('fresh')];
    expect(stickyAfter(...there, promote('old'))).toEqual(sticky);
    const retire: Operation = { kind: 'retire', release: 'fresh', keeps: 'old' };
    expect(stickyAfter(...there, retire)).toEqual(sticky);
  });
});
