import { expect, test } from 'vitest';
import { listMarks, markedListIn } from '../../../providers/aws-alb/lists.ts';

const addresses = (count: number) =>
  Array.from({ length: count }, (_, index) => `10.0.${index >> 8}.${index & 255}:8080`);

test.each([1, 20, 300, 500])('%i targets are kept in tags and read back', (count) => {
  const marks = listMarks(addresses(count)) ?? {};
  expect(Object.keys(marks).length).toBeLessThanOrEqual(36);
  for (const value of Object.values(marks)) expect(value.length).toBeLessThanOrEqual(256);
  expect(markedListIn(marks)).toEqual(addresses(count));
});

test('more than fit are not kept in part', () => {
  expect(listMarks(addresses(1_000))).toBeNull();
  expect(markedListIn({})).toBeNull();
});
