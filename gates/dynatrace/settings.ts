import { z } from 'zod';
import { secretReference } from '../../src/settings/scalars.ts';
import {
  askedFor,
  delayOf,
  endpoint,
  isOneQuestion,
  ONE_QUESTION,
} from '../kit/numbers/settings.ts';

export const settings = z
  .strictObject({
    ...endpoint('Address of the environment: the part before /api/v2.'),
    token: secretReference('when a request is sent').describe(
      'Where the API token is read; it needs the scope metrics.read.',
    ),
    delay: delayOf('120s', 'Dynatrace keeps minutes, and the newest is incomplete'),
    ...askedFor(
      'A metric selector such as `shop.requests:filter(eq(version,"{{version}}")):splitBy():sum`',
    ),
  })
  .refine(isOneQuestion, { error: ONE_QUESTION })
  .describe('Counts and numbers of Dynatrace, by metric selectors.');

export type DynatraceSettings = z.output<typeof settings>;
