import { expect, test } from 'vitest';
import { asJson, targetsSpec } from '../../../providers/aws-alb/compute/spec.ts';
import { MARK } from '../../../providers/aws-alb/marks.ts';
import {
  isBalanced,
  moveOf,
  nextOf,
  sidesOf,
} from '../../../providers/aws-alb/operations/batch.ts';
import type { AlbReading, GroupReading } from '../../../providers/aws-alb/reading.ts';
import type { Release, Replace } from '../../../src/contract/index.ts';

const named = (name: string, count: number): Release => ({
  id: `${name}-1`,
  version: name,
  artifact: name,
  spec: asJson(targetsSpec(Array.from({ length: count }, (_, n) => `${name}-${n}:80`))),
});
const [release, from] = [named('new', 4), named('old', 4)];
const batch = (replaced: number, more: Partial<Replace> = {}): Replace => ({
  kind: 'replace',
  release,
  from,
  replaced,
  of: 4,
  surge: 1,
  unavailable: 0,
  ...more,
});

const group = (arn: string, name: string, states: string): GroupReading => ({
  arn,
  marks: { [MARK.release]: `${name}-1`, [MARK.version]: name },
  weight: 0,
  kept: null,
  targets: [...states].map((state, n) => ({
    id: `${name}-${n}`,
    port: 80,
    state: state === 'h' ? 'healthy' : 'initial',
    reason: null,
  })),
});

/** `h` for a healthy target, `i` for one that is new. */
function scene(old: string, fresh: string, [blue, green]: readonly [number, number]): AlbReading {
  const TargetGroups = [
    { TargetGroupArn: 'blue', Weight: blue },
    { TargetGroupArn: 'green', Weight: green },
  ];
  const main = { Actions: [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }] };
  const groups = { blue: group('blue', 'old', old), green: group('green', 'new', fresh) };
  return { rules: [main], main, gone: [], marks: {}, ...groups };
}

const next = (operation: Replace, reading: AlbReading) => {
  const move = moveOf(operation, reading);
  return nextOf(move, sidesOf(move, reading));
};

test('a new target comes first, then the weight, then an old one goes', () => {
  const one = batch(1);
  expect(next(one, scene('hhhh', '', [4, 0]))).toEqual({
    kind: 'grow',
    units: 1,
    targets: ['new-0:80'],
  });
  expect(next(one, scene('hhhh', 'i', [4, 0]))).toEqual({ kind: 'wait' });
  expect(next(one, scene('hhhh', 'h', [4, 0]))).toMatchObject({ kind: 'weigh' });
  expect(next(one, scene('hhhh', 'h', [4, 1]))).toEqual({
    kind: 'shrink',
    units: 3,
    targets: ['old-0:80'],
  });
  expect(next(one, scene('hhh', 'h', [4, 1]))).toMatchObject({ kind: 'weigh' });
  const end = scene('hhh', 'h', [3, 1]);
  const move = moveOf(one, end);
  expect(isBalanced(move, sidesOf(move, end))).toBe(true);
});

test('without room for more, one that may be missing goes first', () => {
  const tight = batch(1, { surge: 0, unavailable: 1 });
  expect(next(tight, scene('hhhh', '', [4, 0]))).toMatchObject({ kind: 'shrink' });
  expect(next(tight, scene('hhh', '', [4, 0]))).toMatchObject({ kind: 'grow' });
});

test('the last ones leave only without weight', () => {
  const all = batch(4);
  expect(next(all, scene('h', 'hhhh', [1, 3]))).toEqual({
    kind: 'weigh',
    weights: { grows: 4, shrinks: 0 },
  });
  expect(next(all, scene('h', 'hhhh', [0, 4]))).toEqual({ kind: 'empty' });
});

test('none that is not healthy is counted, so that nothing goes before it is', () => {
  expect(next(batch(2), scene('hhhi', 'h', [3, 1]))).not.toMatchObject({ kind: 'shrink' });
});

test('a way back turns the sides round', () => {
  expect(moveOf(batch(1), scene('h', 'hhh', [1, 3]))).toMatchObject({
    isForward: false,
    grows: { count: 3 },
    shrinks: { count: 1 },
  });
});
