import { expect, test } from 'vitest';
import { annotating, MARK } from '../../../providers/kubernetes/marks.ts';

const path = '/metadata/annotations/deployctl.dev~1fence';

test('a mark that was not there when it was looked for must not be there when it is written', () => {
  expect(annotating({ annotations: { other: 'x' } }, { [MARK.fence]: '5' })).toEqual([
    { op: 'test', path, value: null },
    { op: 'add', path, value: '5' },
  ]);
});

test('an object without any annotation is given the first only while it has none', () => {
  expect(annotating({}, { [MARK.fence]: '5' }).slice(0, 2)).toEqual([
    { op: 'test', path: '/metadata/annotations', value: null },
    { op: 'add', path: '/metadata/annotations', value: {} },
  ]);
});

test('one that was there must be as it was, also to be taken away', () => {
  const present = { annotations: { [MARK.fence]: '4' } };
  const same = { op: 'test', path, value: '4' };
  expect(annotating(present, { [MARK.fence]: '5' })).toEqual([
    same,
    { op: 'add', path, value: '5' },
  ]);
  expect(annotating(present, { [MARK.fence]: null })).toEqual([same, { op: 'remove', path }]);
  expect(annotating({}, { [MARK.fence]: null })).toHaveLength(2);
});
