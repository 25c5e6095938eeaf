import { z } from 'zod';
import { METHODS, url } from '../../src/settings/http.ts';
import { duration, text } from '../../src/settings/scalars.ts';
import { ABOUT_NAMES } from '../kit/numbers/names.ts';
import { access, isOneQuestion } from '../kit/numbers/settings.ts';

const path = (what: string) => text().optional().describe(`JMESPath of ${what} in the answer.`);
const ONE_QUESTION = 'total and bad, or value and unit';

export const settings = z
  .strictObject({
    url: url().describe(
      `Where a JSON answer is. \`{{from}}\` and \`{{to}}\` too, and in the body: the window as times of ISO 8601. ${ABOUT_NAMES}`,
    ),
    ...access,
    method: z.enum(METHODS).default('GET').describe('HTTP method.'),
    body: z
      .string()
      .nullable()
      .default(null)
      .describe('Body of the request, as JSON; names are filled in here too.'),
    total: path('the number of all requests'),
    bad: path('the number of the failed ones among them'),
    value: path('one number, where counts cannot be had'),
    unit: z
      .enum(['ratio', 'ms', 'count', 'perSecond'])
      .optional()
      .describe('What the number at `value` is: ratio, ms, count or perSecond.'),
    timestamp: path(
      'the time of the numbers, as ISO 8601 or in seconds or milliseconds since 1970',
    ),
    maxAge: duration({ min: 1000 })
      .default(120_000)
      .describe('How old the numbers may be, for `timestamp`.'),
    delay: duration()
      .default(10_000)
      .describe('How long after its end the server has all of a window.'),
  })
  .refine(({ value, ...given }) => isOneQuestion({ ...given, query: value }), {
    error: ONE_QUESTION,
  })
  .describe('Numbers of any JSON that is answered over HTTP, by JMESPath.');

export type JsonSettings = z.output<typeof settings>;
