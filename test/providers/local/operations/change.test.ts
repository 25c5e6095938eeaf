import { describe, expect, it } from 'vitest';
import { type Desired, NOTHING } from '../../../../providers/local/home/desired.ts';
import { unitsOf } from '../../../../providers/local/home/spec.ts';
import { whyNotThere } from '../../../../providers/local/operations/address.ts';
import { change } from '../../../../providers/local/operations/index.ts';
import type { Operation, Release } from '../../../../src/contract/index.ts';
import { settingsOf } from '../fixture.ts';

const release = (id: string, overrides = {}): Release => ({
  id,
  version: id,
  artifact: id,
  spec: settingsOf({
    replicas: 4,
    edge: { host: '127.0.0.1', port: 8080, metricsPort: 0, sticky: null },
    ...overrides,
  }),
});
const a = release('a');
const b = release('b');
const start = (which: Release, capacity = 100): Operation => ({
  kind: 'start',
  release: which,
  capacity,
  weights: [],
});
const wantedAfter = (...operations: Operation[]): Desired => operations.reduce(change, NOTHING);
const route = (split: Record<string, number>): Operation => ({ kind: 'route', split, match: null });

describe('what is wanted after an operation', () => {
  it.each([
    [100, 4],
    [50, 2],
    [51, 3],
    [1, 1],
    [0, 0],
  ])('%i %% of four replicas are %i', (capacity, count) => {
    expect(unitsOf(a, { capacity })).toBe(count);
  });

  it('starting moves no traffic', () => {
    const before = wantedAfter(start(a), route({ a: 100 }));
    expect(change(before, start(b))).toMatchObject({ split: { a: 100 }, live: null });
  });

  it('asking twice changes nothing', () => {
    const operations: Operation[] = [
      start(a),
      route({ a: 100 }),
      start(b, 50),
      route({ a: 90, b: 10 }),
      { kind: 'promote', release: 'b' },
    ];
    for (const [i, operation] of operations.entries()) {
      const once = wantedAfter(...operations.slice(0, i + 1));
      expect(change(once, operation)).toEqual(once);
    }
  });

  it('routing to a release that is not here is refused', () => {
    expect(() => change(NOTHING, route({ a: 100 }))).toThrow('release a has not been started here');
  });

  it('a release with traffic is not retired', () => {
    const desired = wantedAfter(start(a), start(b), route({ a: 99.5, b: 0.5 }));
    const retire: Operation = { kind: 'retire', release: 'b', keeps: 'a' };
    expect(() => change(desired, retire)).toThrow('route traffic away first');
    expect(change(change(desired, route({ a: 100, b: 0 })), retire)).toMatchObject({
      split: { a: 100 },
      releases: { a: {} },
    });
  });

  it('a first deployment undone leaves nothing that serves', () => {
    const desired = wantedAfter(
      start(a),
      route({ a: 100 }),
      { kind: 'promote', release: 'a' },
      { kind: 'retire', release: 'a', keeps: null },
    );
    expect(desired).toMatchObject({ split: null, live: null, match: null, releases: {} });
  });

  it('the end of a release that is not the live one leaves the live one so', () => {
    const desired = wantedAfter(start(a), route({ a: 100 }), { kind: 'promote', release: 'a' });
    const undone = change(change(desired, start(b)), { kind: 'retire', release: 'b', keeps: null });
    expect(undone.live).toBe('a');
  });

  it('a release that was never routed to can be retired', () => {
    const desired = wantedAfter(start(a), start(b));
    expect(change(desired, { kind: 'retire', release: 'b', keeps: 'a' })).toMatchObject({
      releases: { a: { release: a, count: 4 } },
      live: null,
    });
  });

  it('a release that takes no part in a replacement can be retired meanwhile', () => {
    const shares = { from: a, replaced: 2, of: 4, surge: 1, unavailable: 0 };
    const begun = wantedAfter(start(a), start(release('c')), route({ a: 100 }));
    const desired = change(begun, { kind: 'replace', release: b, ...shares });
    const left = change(desired, { kind: 'retire', release: 'c', keeps: 'a' });
    expect(Object.keys(left.releases)).toEqual(['a', 'b']);
  });

  it('a match goes with the release it points to', () => {
    const match = { release: 'b', header: { name: 'x-preview', value: '1' } };
    const desired = wantedAfter(start(a), start(b), { kind: 'route', split: { a: 100 }, match });
    expect(change(desired, { kind: 'retire', release: 'b', keeps: 'a' }).match).toBeNull();
  });

  it('an edge stays where it is for a release with another port for metrics', () => {
    const edge = { host: '127.0.0.1', port: 8080, sticky: null };
    const [one, two] = [8081, 9091].map((metricsPort) =>
      release(`m${metricsPort}`, { edge: { ...edge, metricsPort } }),
    );
    const desired = wantedAfter(start(one as Release), start(two as Release));
    expect(desired.edge).toMatchObject({ port: 8080, metricsPort: 8081 });
    expect(whyNotThere(desired, { ...edge, metricsPort: 9091 })).toContain(
      'serves with edge.metricsPort 8081 and cannot move to 9091 without an outage',
    );
  });

  it('an edge stays where its users are for a release of before with another port', () => {
    const other = release('b', {
      edge: { host: '127.0.0.1', port: 9090, metricsPort: 0, sticky: null },
    });
    const desired = wantedAfter(start(a), start(other));
    expect(desired.edge).toMatchObject({ port: 8080 });
    expect(Object.keys(desired.releases)).toEqual(['a', 'b']);
    expect(whyNotThere(desired, { host: '127.0.0.1', port: 9090, metricsPort: 0 })).toContain(
      'serves with edge.port 8080 and cannot move to 9090 without an outage; a rollback stays there',
    );
  });

  it('an edge that serves nobody any more moves with the next release', () => {
    const other = release('b', {
      edge: { host: '127.0.0.1', port: 9090, metricsPort: 0, sticky: null },
    });
    const none = wantedAfter(start(a), { kind: 'retire', release: 'a', keeps: null });
    expect(change(none, start(other)).edge).toMatchObject({ port: 9090 });
  });
});
