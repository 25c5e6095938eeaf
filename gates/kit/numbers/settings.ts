import { z } from 'zod';
import { HEADERS, headers, url } from '../../../src/settings/http.ts';
import { duration, secretReference, text } from '../../../src/settings/scalars.ts';
import { ABOUT_NAMES } from './names.ts';
import { COMBINATIONS } from './points.ts';

/** When a secret of a source is read. */
export const SENT = 'when a request is sent';

const auth = z
  .strictObject({
    bearer: secretReference(SENT).optional().describe('A token, sent as Authorization: Bearer.'),
    basic: z
      .strictObject({
        user: text().describe('Name of the user.'),
        password: secretReference(SENT).describe('Where the password is read.'),
      })
      .optional()
      .describe('A name and a password.'),
  })
  .superRefine((given, context) => {
    if ((given.bearer === undefined) !== (given.basic === undefined)) return;
    context.addIssue({ code: 'custom', message: 'exactly one of bearer and basic' });
  })
  .transform(({ bearer, basic }) => {
    if (basic) return { basic };
    return bearer ? { bearer } : null;
  });

const tls = z
  .strictObject({
    ca: text()
      .nullable()
      .default(null)
      .describe('File with the certificates that are trusted, in PEM.'),
    cert: text().nullable().default(null).describe('File with our own certificate, in PEM.'),
    key: secretReference(SENT)
      .nullable()
      .default(null)
      .describe('Where the key of our own certificate is read, in PEM.'),
    serverName: text()
      .nullable()
      .default(null)
      .describe('Name that its certificate must have, where it is not that of the address.'),
  })
  .refine(({ cert, key }) => (cert === null) === (key === null), {
    error: 'cert and key together',
  });

/** Who asks: the same words for every source. */
export const access = {
  headers: headers().default({}).describe(HEADERS),
  auth: auth.nullable().default(null).describe('A bearer token, or a name and a password.'),
  tls: tls
    .nullable()
    .default(null)
    .describe('Certificates: whom to trust, and our own where the server asks for one.'),
};

export const endpoint = (address: string) => ({ address: url().describe(address), ...access });

export const delayOf = (usual: string, why: string) =>
  duration()
    .default(duration().parse(usual))
    .describe(`How long after its end the server has all of a window: ${why}.`);

const UNITS_OF_QUERIES = ['ratio', 'ms', 'count', 'perSecond'] as const;

/** Two counts, or one number. `one` says what a query is in this language. */
export const askedFor = (one: string) => ({
  total: text().optional().describe(`${one} that counts all requests. ${ABOUT_NAMES}`),
  bad: text().optional().describe(`${one} that counts the failed ones among them.`),
  query: text().optional().describe(`${one} that gives one number, where counts cannot be had.`),
  unit: z
    .enum(UNITS_OF_QUERIES)
    .optional()
    .describe('What the number of `query` is: ratio, ms, count or perSecond.'),
});

export const combine = () =>
  z
    .enum(COMBINATIONS)
    .default('avg')
    .describe('How the values of a window become one, for `query`; counts are added up.');

/** Of a source that is asked for whole queries, and shows no labels. */
export const absentMeansNone = () =>
  z
    .boolean()
    .default(false)
    .describe(
      'Of `bad`: no failure is 0 also where the query has found none for seven days. Otherwise that is no verdict, because a query with a wrong name finds none, either.',
    );

export const ONE_QUESTION = 'total and bad, or query and unit';

export function isOneQuestion(given: {
  readonly total?: unknown;
  readonly bad?: unknown;
  readonly query?: unknown;
  readonly unit?: unknown;
}): boolean {
  const named = (['total', 'bad', 'query', 'unit'] as const).filter(
    (name) => given[name] !== undefined,
  );
  return ['total bad', 'query unit'].includes(named.join(' '));
}
