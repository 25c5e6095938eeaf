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
    ...endpoint('Where the server answers: the part before /api/v2 or /query.'),
    org: text()
      .nullable()
      .default(null)
      .describe('Name or id of the organization: it is asked by Flux (InfluxDB 2).'),
    database: text()
      .nullable()
      .default(null)
      .describe(
        'Name of the database instead: it is asked by InfluxQL, at /query (InfluxDB 1; 2 with a mapping, 3).',
      ),
    token: secretReference('when a request is sent')
      .nullable()
      .default(null)
      .describe('Where the token is read that is sent as `Authorization: Token`.'),
    delay: delayOf('10s', 'until points are written'),
    ...askedFor(
      "A Flux script with `range(start: {{from}}, stop: {{to}})` that ends in one row, or a statement of InfluxQL with `time >= '{{from}}' AND time < '{{to}}'` that gives one value",
    ),
  })
  .refine(isOneQuestion, { error: ONE_QUESTION })
  .refine(({ total, bad, query }) => [total, bad, query].every(hasWindow), {
    error: 'scripts with {{from}} and {{to}}, such as range(start: {{from}}, stop: {{to}})',
  })
  .refine(({ org, database }) => (org === null) !== (database === null), {
    error: 'exactly one of org (Flux) and database (InfluxQL)',
  })
  .refine(
    ({ database, total, bad, query }) =>
      database === null || [total, bad, query].every((one) => !one?.includes(';')),
    { error: 'a single statement, without a semicolon' },
  )
  .describe('Counts and numbers of InfluxDB, by Flux or InfluxQL.');

export type InfluxdbSettings = z.output<typeof settings>;
