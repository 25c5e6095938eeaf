import { expect, test } from 'vitest';
import type { Operation } from '../../../src/contract/index.ts';
import { expectPossible } from '../../../src/engine/index.ts';
import { canaryActions, planOf } from '../../helpers/world.ts';
import { servingWorld, tampered } from '../stage.ts';

test('the platform is asked about every operation of a plan, with what was before it', async () => {
  const world = servingWorld();
  let asked: readonly Operation[] = [];
  tampered(world, {
    review: async (operations, before) => {
      asked = operations;
      return { refusals: [], notes: [`${before.units} units serve`] };
    },
  });
  const plan = await planOf(world, canaryActions);
  expect(await expectPossible(world, plan)).toEqual(['4 units serve']);
  expect(asked.map(({ kind }) => kind)).toEqual(['start', 'route', 'route', 'promote', 'retire']);
});

test('what makes it impossible refuses the plan, in the words of the platform', async () => {
  const world = servingWorld();
  tampered(world, { review: async () => ({ refusals: ['No right to patch.'], notes: [] }) });
  const plan = await planOf(world, canaryActions);
  await expect(expectPossible(world, plan)).rejects.toMatchObject({
    code: 'plan-refused',
    message: expect.stringContaining('No right to patch.'),
  });
  tampered(world, { review: async () => ({ refusals: [], notes: [], lost: ['v2 is gone.'] }) });
  await expect(expectPossible(world, plan)).rejects.toMatchObject({
    code: 'plan-refused',
    message: expect.stringContaining('v2 is gone.'),
  });
});

test('a platform that cannot be asked is no reason to refuse, and is told of', async () => {
  const world = servingWorld();
  const plan = await planOf(world, canaryActions);
  const broken = async () => {
    throw new Error('403');
  };
  tampered(world, { review: broken });
  expect(await expectPossible(world, plan)).toEqual([expect.stringContaining('403')]);
  tampered(world, { review: () => new Promise(() => {}) });
  const begun = world.clock.monotonic();
  const notes = await world.clock.run(expectPossible(world, plan));
  expect(world.clock.monotonic() - begun).toBe(2 * world.pace.call);
  expect(notes).toEqual([expect.stringContaining('no answer')]);
});
