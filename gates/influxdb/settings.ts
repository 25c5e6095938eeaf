import { z } from 'zod';
import { secretReference, text } from '../../src/settings/scalars.ts';
import {
  askedFor,
  delayOf,
  endpoint,
  isOneQuestion,
  ONE_QUESTION,
} from '../kit/numbers/settings.ts';

const hasWindow = (query = '{{from}}{{to}}') =>
  query.includes('{{from}}') && query.includes('{{to}}');

export const settings = z
  .strictObject({
    ...endpoint('Where the server answers: the part before /api/v2.'),
    org: text().describe('Name or id of the organization.'),
    token: secretReference('when a request is sent')
      .nullable()
      .default(null)
      .describe('Where the token is read that is sent as `Authorization: Token`.'),
    delay: delayOf('10s', 'until points are written'),
    ...askedFor('A Flux script with `range(start: {{from}}, stop: {{to}})` that ends in one row'),
  })
  .refine(isOneQuestion, { error: ONE_QUESTION })
  .refine(({ total, bad, query }) => [total, bad, query].every(hasWindow), {
    error: 'scripts with {{from}} and {{to}}, such as range(start: {{from}}, stop: {{to}})',
  })
  .describe('Counts and numbers of InfluxDB 2, by Flux.');

export type InfluxdbSettings = z.output<typeof settings>;
