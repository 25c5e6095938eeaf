import { afterAll, beforeAll } from 'vitest';
import type { Release } from '../../../src/contract/index.ts';
import { providerSuite } from '../../contract/provider-suite.ts';
import { Bed } from './bed/bed.ts';
import { AwsFixture } from './bed/fixture.ts';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.open();
});
afterAll(() => bed.close());

/** Targets that are not well may become so: only the time limit of a step ends the waiting for them. */
const broken = async () => null;

providerSuite('aws-alb', async () => {
  const fixture = await AwsFixture.open(bed);
  return {
    provider: fixture.provider,
    again: () => fixture.again(),
    release: (version) => fixture.release(version),
    broken,
    fenced: false,
    patience: 30_000,
    adopted: async (version) => {
      await fixture.adopt(version);
      const { releases } = await fixture.provider.observe();
      return releases[0]?.release as Release;
    },
    close: async () => {
      await fixture.close();
      await bed.reset();
    },
  };
});
