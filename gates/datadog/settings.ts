import { z } from 'zod';
import { url } from '../../src/settings/http.ts';
import { form, secretReference } from '../../src/settings/scalars.ts';
import {
  absentMeansNone,
  askedFor,
  delayOf,
  isOneQuestion,
  ONE_QUESTION,
  SENT,
} from '../kit/numbers/settings.ts';

export const settings = z
  .strictObject({
    site: form(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a site such as datadoghq.eu')
      .default('datadoghq.com')
      .describe('Site of the account: datadoghq.com, datadoghq.eu, us5.datadoghq.com and so on.'),
    address: url()
      .nullable()
      .default(null)
      .describe('Another address than https://api. and the site: a proxy.'),
    apiKey: secretReference(SENT).describe('Where the API key is read.'),
    applicationKey: secretReference(SENT).describe(
      'Where the application key is read; it needs the scope timeseries_query.',
    ),
    delay: delayOf('90s', 'the newest minute of Datadog is incomplete'),
    ...askedFor('A metrics query such as `sum:shop.requests{version:{{version}}}.as_count()`'),
    absentMeansNone: absentMeansNone(),
    aggregator: z
      .enum(['avg', 'sum', 'min', 'max', 'last', 'percentile'])
      .default('avg')
      .describe('How Datadog makes one number of the window, for `query`; counts are summed.'),
  })
  .refine(isOneQuestion, { error: ONE_QUESTION })
  .describe('Counts and numbers of Datadog.');

export type DatadogSettings = z.output<typeof settings>;
