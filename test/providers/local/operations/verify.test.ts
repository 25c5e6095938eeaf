import { describe, expect, it } from 'vitest';
import { type Desired, NOTHING, remember } from '../../../../providers/local/home/desired.ts';
import type { Status } from '../../../../providers/local/home/messages.ts';
import { change, verify, verifyAlone } from '../../../../providers/local/operations/index.ts';
import type { Operation, Release } from '../../../../src/contract/index.ts';
import { settingsOf } from '../fixture.ts';

const release = (id: string): Release => ({
  id,
  version: id,
  artifact: id,
  spec: settingsOf({ replicas: 4 }),
});
const a = release('a');
const b = release('b');
const start = (which: Release, capacity = 100): Operation => ({
  kind: 'start',
  release: which,
  capacity,
  weights: [],
});
const route = (split: Record<string, number>): Operation => ({ kind: 'route', split, match: null });
const replace = (replaced: number): Operation => ({
  kind: 'replace',
  release: b,
  from: a,
  replaced,
  of: 4,
  surge: 1,
  unavailable: 0,
});
const retire = (id: string, keeps: string | null): Operation => ({
  kind: 'retire',
  release: id,
  keeps,
});

/** Each under the key `k/<number>`, beginning with 0. */
const wantedAfter = (...operations: Operation[]): Desired =>
  operations.reduce(
    (desired, operation, i) => remember(change(desired, operation), operation, `k/${i}`),
    NOTHING,
  );
const statusOf = (desired: Desired, seen: Partial<Status> = {}): Status => ({
  desired,
  replicas: [],
  applied: null,
  edge: null,
  failures: {},
  trouble: null,
  pids: { keeper: 1, edge: null },
  ...seen,
});
const running = (count: number, id = 'a') =>
  Array.from({ length: count }, (_, i) => ({
    release: id,
    n: i + 1,
    state: 'ready' as const,
    pid: 1,
    port: 1,
    restarts: 0,
    note: null,
  }));

describe('an operation that is not true', () => {
  const served = [start(a), route({ a: 100 }), { kind: 'promote', release: 'a' }] as Operation[];
  it.each<[string, Operation, Operation, unknown, unknown]>([
    [
      'start',
      start(b),
      retire('b', 'a'),
      { release: 'b', replicas: 4 },
      { release: 'b', replicas: 0 },
    ],
    [
      'scale',
      { kind: 'scale', release: 'a', capacity: 50 },
      { kind: 'scale', release: 'a', capacity: 100 },
      { release: 'a', replicas: 2 },
      { release: 'a', replicas: 4 },
    ],
    ['route', route({ a: 100, b: 0 }), route({}), { a: 100, b: 0 }, {}],
    ['replace', replace(2), route({ a: 100 }), { a: 50, b: 50 }, { a: 100 }],
    ['promote', { kind: 'promote', release: 'b' }, retire('b', 'a'), { live: 'b' }, { live: 'a' }],
    [
      'retire',
      retire('b', 'a'),
      start(b),
      { release: 'b', replicas: 0 },
      { release: 'b', replicas: 4 },
    ],
  ])(
    '(%s) is pending when it was never sent, and diverged when it was sent under this key',
    (_kind, operation, otherwise, expected, found) => {
      const desired = wantedAfter(...served, start(b), operation, otherwise);
      const status = statusOf(desired);
      expect(verify(operation, status, 'another')).toMatchObject({ state: 'pending' });
      expect(verify(operation, status, 'k/4')).toEqual({ state: 'diverged', expected, found });
      expect(verifyAlone(operation, desired, { key: 'k/4', deserted: true })).toMatchObject({
        state: 'diverged',
      });
    },
  );

  it('is remembered once, however often it was sent', () => {
    const once = wantedAfter(start(a));
    expect(remember(once, start(a), 'k/0')).toBe(once);
    expect(remember(once, start(a), 'k/9').sent).toHaveLength(2);
    expect(remember(once, start(a, 50), 'k/0').sent).toHaveLength(2);
  });
});

describe('a start', () => {
  it('is done when all of it is ready and the edge knows', () => {
    const desired = wantedAfter(start(a));
    const applied = { split: null, match: null };
    const found = (seen: Partial<Status>) => verify(start(a), statusOf(desired, seen), 'k/0').state;
    expect(found({ replicas: running(4), applied })).toBe('done');
    expect(found({ replicas: running(4), applied: null })).toBe('pending');
    expect(found({ replicas: running(3), applied })).toBe('pending');
    const slow = [...running(3), { ...running(4)[3], state: 'starting' }] as Status['replicas'];
    expect(found({ replicas: slow, applied })).toBe('pending');
    expect(found({ replicas: running(5), applied })).toBe('pending');
  });

  it('that failed says why, with the last lines of its logs', () => {
    const failure = { reason: 'exited with code 1', logs: ['no such table'] };
    const status = statusOf(wantedAfter(start(a)), { failures: { a: failure } });
    expect(verify(start(a), status, 'k/0')).toEqual({ state: 'failed', ...failure });
  });
});

describe('a replacement', () => {
  const half = wantedAfter(start(a), route({ a: 100 }), replace(2));
  const [mixed, shared] = [
    [...running(2), ...running(2, 'b')],
    { split: { a: 50, b: 50 }, match: null },
  ];
  it.each<[string, Partial<Status>]>([
    ['an old replica still runs', { replicas: [...mixed, ...running(1)], applied: shared }],
    ['a new one is missing', { replicas: mixed.slice(0, 3), applied: shared }],
    ['the edge does not answer', { replicas: mixed, applied: null }],
    ['the edge routes as before', { replicas: mixed, applied: { ...shared, split: { a: 100 } } }],
  ])('is not done while %s', (_what, seen) => {
    expect(verify(replace(2), statusOf(half, seen), 'k/2')).toMatchObject({ state: 'pending' });
    expect(verify(replace(2), statusOf(half, { replicas: mixed, applied: shared }), 'k/2')).toEqual(
      {
        state: 'done',
      },
    );
  });

  it('fails with its release, unless it only takes it away again', () => {
    const failure = { reason: 'exited with code 1', logs: ['no such table'] };
    const seen = { replicas: mixed, applied: shared, failures: { b: failure } };
    expect(verify(replace(2), statusOf(half, seen), 'k/2')).toEqual({
      state: 'failed',
      ...failure,
    });
    const back = wantedAfter(start(a), route({ a: 100 }), replace(2), replace(0));
    expect(verify(replace(0), statusOf(back, seen), 'k/3')).toMatchObject({ state: 'pending' });
  });

  it('that was changed since by other hands has diverged, in counts or in what is replaced', () => {
    const fewer = remember(change(half, replace(1)), replace(1), 'other');
    expect(verify(replace(2), statusOf(fewer), 'k/2')).toMatchObject({ state: 'diverged' });
    const other = { ...half, replacing: { release: 'b', from: 'x', replaced: 2, of: 4 } };
    expect(verify(replace(2), statusOf({ ...half, ...other } as Desired), 'k/2')).toMatchObject({
      state: 'diverged',
    });
  });

  it('stays true after the retirement that ends it, both ways', () => {
    const applied = (id: string) => ({ split: { [id]: 100 }, match: null });
    const forth = wantedAfter(start(a), route({ a: 100 }), replace(4), retire('a', 'b'));
    expect(
      verify(
        replace(4),
        statusOf(forth, { replicas: running(4, 'b'), applied: applied('b') }),
        'k/2',
      ),
    ).toEqual({ state: 'done' });
    const back = wantedAfter(start(a), route({ a: 100 }), replace(2), replace(0), retire('b', 'a'));
    expect(
      verify(replace(0), statusOf(back, { replicas: running(4), applied: applied('a') }), 'k/3'),
    ).toEqual({ state: 'done' });
  });
});

describe('a retirement', () => {
  it('waits for no edge when nothing is wanted and none runs', () => {
    const desired = wantedAfter(start(a), retire('a', null));
    const edge = { host: '127.0.0.1', port: 1, metricsPort: 2 };
    expect(verify(retire('a', null), statusOf(desired), 'k/1')).toEqual({ state: 'done' });
    const leaving = running(1).map((one) => ({ ...one, state: 'draining' as const }));
    expect(verify(retire('a', null), statusOf(desired, { replicas: leaving }), 'k/1')).toEqual({
      state: 'pending',
      progress: '1 still draining',
    });
    const applied = { split: { b: 100 }, match: null };
    const served = wantedAfter(start(b), route({ b: 100 }), start(a), retire('a', 'b'));
    expect(verify(retire('a', 'b'), statusOf(served, { edge, applied }), 'k/3')).toEqual({
      state: 'done',
    });
    expect(verify(retire('a', null), statusOf(desired, { edge }), 'k/1')).toEqual({
      state: 'pending',
      progress: 'waiting for the edge',
    });
    expect(
      verify(retire('b', 'a'), statusOf(wantedAfter(start(a)), { replicas: running(4) }), 'x'),
    ).toMatchObject({ state: 'pending' });
  });

  it('is done without a keeper only when nothing of the service runs', () => {
    const undo = retire('a', null);
    expect(verifyAlone(undo, NOTHING, { key: 'x', deserted: true })).toEqual({ state: 'done' });
    expect(verifyAlone(undo, NOTHING, { key: 'x', deserted: false })).toEqual({
      state: 'pending',
      progress: 'no keeper runs',
      again: true,
    });
    expect(verifyAlone(undo, wantedAfter(start(b)), { key: 'x', deserted: true })).toMatchObject({
      state: 'pending',
    });
  });
});
