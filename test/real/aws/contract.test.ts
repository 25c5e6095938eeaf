import { afterAll, beforeAll } from 'vitest';
import type { Release } from '../../../src/contract/index.ts';
import { providerSuite } from '../../contract/provider-suite.ts';
import { Bed } from './bed/bed.ts';
import { Stage } from './bed/stage.ts';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.open();
});
afterAll(() => bed.close());

/** Targets that are not well may become so: only the time limit of a step ends the waiting for them. */
const broken = async () => null;

providerSuite('aws-alb', async () => {
  const stage = await Stage.open(bed);
  return {
    provider: stage.provider,
    again: () => stage.again(),
    release: (version) => stage.release(version),
    broken,
    fenced: false,
    patience: 30_000,
    adopted: async (version) => {
      await stage.adopt(version);
      const { releases } = await stage.provider.observe();
      return releases[0]?.release as Release;
    },
    close: async () => {
      await stage.close();
      await bed.reset();
    },
  };
});
