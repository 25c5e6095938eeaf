import { expect, test } from 'vitest';
import { misfits } from './lane.ts';
import { MUTANTS } from './list.ts';

test('every planted bug still fits the code that it breaks, under a name of its own', async () => {
  expect(await misfits(MUTANTS)).toEqual([]);
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
});
