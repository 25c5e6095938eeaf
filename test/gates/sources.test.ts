import { expect, it } from 'vitest';
import { GATE_SOURCES } from '../../src/compose/gates.ts';
import { means } from './kit/rig.ts';

it('only the load goes on in the background', async () => {
  const opened = Object.entries(GATE_SOURCES).map(async ([name, load]) => {
    const source = await (await load()).open(means);
    return 'begin' in source ? [name] : [];
  });
  expect((await Promise.all(opened)).flat()).toEqual(['load']);
});
