import { z } from 'zod';
import { url } from '../../src/settings/http.ts';
import { secretReference, whole } from '../../src/settings/scalars.ts';
import {
  absentMeansNone,
  askedFor,
  delayOf,
  isOneQuestion,
  ONE_QUESTION,
} from '../kit/numbers/settings.ts';

const TIMED = /\b(since|until|timeseries|facet|compare\s+with)\b/i;

export const settings = z
  .strictObject({
    region: z.enum(['us', 'eu']).default('us').describe('Region of the account: us or eu.'),
    address: url()
      .nullable()
      .default(null)
      .describe('Another address than that of the region: a proxy.'),
    account: whole(1, Number.MAX_SAFE_INTEGER).describe('Id of the account.'),
    apiKey: secretReference('when a request is sent').describe('Where the user key is read.'),
    delay: delayOf('60s', 'New Relic shows most of its data after half a minute'),
    ...askedFor(
      "A query without its times, such as `SELECT count(*) FROM Transaction WHERE v = '{{version}}'`,",
    ),
    absentMeansNone: absentMeansNone(),
  })
  .refine(isOneQuestion, { error: ONE_QUESTION })
  .refine(({ total, bad, query }) => ![total, bad, query].some((one) => TIMED.test(one ?? '')), {
    error: 'queries without SINCE, UNTIL, FACET, TIMESERIES and COMPARE WITH: the window is added',
  })
  .describe('Counts and numbers of New Relic, by NRQL.');

export type NewrelicSettings = z.output<typeof settings>;
