import { z } from 'zod';
import { duration } from '../../src/settings/scalars.ts';
import {
  askedFor,
  combine,
  delayOf,
  endpoint,
  isOneQuestion,
  ONE_QUESTION,
} from '../kit/numbers/settings.ts';

export const settings = z
  .strictObject({
    ...endpoint('Where the server answers: the part before /render.'),
    delay: delayOf('60s', 'until the newest bucket is complete'),
    step: duration({ min: 1000 })
      .default(60_000)
      .describe('Length of the buckets that are kept. Windows begin and end with them.'),
    ...askedFor('A target such as `sumSeries(shop.{{version}}.requests.count)`'),
    combine: combine(),
  })
  .refine(isOneQuestion, { error: ONE_QUESTION })
  .describe('Counts and numbers of a Graphite server.');

export type GraphiteSettings = z.output<typeof settings>;
