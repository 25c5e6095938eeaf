import { describe, expect, it } from 'vitest';
import { type Point, within } from '../../../gates/kit/numbers/points.ts';

const window = { from: 60_000, to: 120_000, span: 60_000, age: 0 };
const at = (seconds: number, value: unknown): Point => ({ at: seconds * 1000, value });

describe('values of a window', () => {
  it.each([
    ['add up', [at(60, 1), at(90, 2), at(110, 3)], { kind: 'value', value: 6 }],
    ['begin with it and end before its end', [at(60, 1), at(120, 50)], { kind: 'value', value: 1 }],
    ['may have gaps', [at(60, null), at(90, 2)], { kind: 'value', value: 2 }],
    ['are none where there are gaps only', [at(60, null), at(120, null)], { kind: 'nothing' }],
    ['are none where some are beside it', [at(59, 4), at(120, 4)], { kind: 'nothing' }],
    ['are old where the newest is', [at(-3600, 4)], { kind: 'stale' }],
    ['are of no use where all are to come', [at(3600, 4)], { kind: 'stale' }],
    ['are numbers', [at(60, 1), at(90, 'NaN')], { kind: 'notFinite' }],
    ['have times', [{ at: 'now', value: 1 }], { kind: 'sourceError' }],
    ['stand alone in their moment', [at(60, 1), at(60, 2)], { kind: 'partial' }],
    ['count once', [at(60, 1), at(60, 1)], { kind: 'value', value: 1 }],
  ])('%s', (_, points, found) => {
    expect(within(points, window, 'sum')).toMatchObject(found);
  });

  it('become one as is asked for', () => {
    const points = [at(110, 2), at(60, 4), at(90, 9)];
    const all = (['sum', 'avg', 'max', 'min', 'last'] as const).map((as) =>
      within(points, window, as),
    );
    expect(all.map((found) => found.kind === 'value' && found.value)).toEqual([15, 5, 9, 2, 2]);
  });
});
