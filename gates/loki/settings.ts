import { z } from 'zod';
import { text } from '../../src/settings/scalars.ts';
import {
  askedFor,
  delayOf,
  endpoint,
  isOneQuestion,
  ONE_QUESTION,
} from '../kit/numbers/settings.ts';

export const settings = z
  .strictObject({
    ...endpoint('Where the server answers: the part before /loki/api/v1.'),
    tenant: text()
      .nullable()
      .default(null)
      .describe('Sent as X-Scope-OrgID, where the server has tenants.'),
    delay: delayOf('10s', 'until lines are shipped'),
    ...askedFor(
      'A query: of lines for counts, such as `{app="shop",version="{{version}}"} |= "error"`; otherwise one',
    ),
  })
  .refine(isOneQuestion, { error: ONE_QUESTION })
  .describe('Counts of lines, and numbers made of them, of a Loki server.');

export type LokiSettings = z.output<typeof settings>;
