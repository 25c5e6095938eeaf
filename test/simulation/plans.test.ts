import { expect, test } from 'vitest';
import { createMemoryProvider } from '../../providers/memory/index.ts';
import { serving } from '../helpers/world.ts';
import { Ground } from './ground.ts';
import { plain, planFor, v1, v2 } from './plans.ts';
import { SHAPE_NAMES, SHAPES } from './shapes.ts';

test.each(SHAPE_NAMES)('on %s a release has the time that the platform takes', async (name) => {
  const ground = new Ground(1, SHAPES[name]);
  const provider = createMemoryProvider(serving(ground.platform, v1));
  const local = new Ground(1, SHAPES.local);
  const quick = createMemoryProvider(serving(local.platform, v1));
  const started = async (on: typeof provider) => {
    const plan = await planFor({ provider: on }, v2, plain('canary'));
    return plan?.steps.find(({ action }) => action.kind === 'start')?.deadline ?? 0;
  };
  const { takes } = SHAPES[name].profile.capabilities.timing;
  const own = 'start' in takes ? takes.start.worst : 0;
  expect(await started(provider)).toBe((await started(quick)) + own);
});
