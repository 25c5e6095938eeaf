import { z } from 'zod';
import { form, secretReference, text } from '../../src/settings/scalars.ts';
import {
  askedFor,
  delayOf,
  endpoint,
  isOneQuestion,
  ONE_QUESTION,
} from '../kit/numbers/settings.ts';

export const settings = z
  .strictObject({
    ...endpoint('Where the cluster answers, without an index.'),
    apiKey: secretReference('when a request is sent')
      .nullable()
      .default(null)
      .describe('Where an API key is read, as it is encoded for `Authorization: ApiKey`.'),
    index: form(/^[^\s/?#]+$/, 'the name or pattern of an index, such as logs-shop-*').describe(
      'Index, alias or data stream with one document for each request.',
    ),
    time: text().default('@timestamp').describe('Field with the time of a document.'),
    delay: delayOf('10s', 'until what was sent is shipped and refreshed'),
    ...askedFor(
      'A query in Lucene syntax, such as `version:"{{version}}" AND status:[500 TO 599]`,',
    ),
  })
  .refine(isOneQuestion, { error: ONE_QUESTION })
  .refine(({ query, unit }) => query === undefined || unit === 'count', {
    error: 'unit: count for a query: it counts documents',
  })
  .describe('Counts of documents in Elasticsearch or OpenSearch.');

export type ElasticsearchSettings = z.output<typeof settings>;
