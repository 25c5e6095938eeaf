import { z } from 'zod';
import { url } from '../../src/settings/http.ts';
import { form, secretReference } from '../../src/settings/scalars.ts';
import { askedFor, delayOf, isOneQuestion, ONE_QUESTION } from '../kit/numbers/settings.ts';

export const settings = z
  .strictObject({
    project: form(/^[a-z0-9.:-]+$/, 'the id of a project').describe(
      'Project whose metrics are asked for.',
    ),
    address: url()
      .default('https://monitoring.googleapis.com')
      .describe('Address of Cloud Monitoring: a private endpoint.'),
    key: secretReference('when a token is asked for')
      .nullable()
      .default(null)
      .describe(
        'Where the JSON key of a service account is read; otherwise the machine is asked who it is.',
      ),
    delay: delayOf('180s', 'metrics of Google itself come up to some minutes late'),
    ...askedFor('A query in PromQL that ends in one number; `{{window}}` is its range: one'),
  })
  .refine(isOneQuestion, { error: ONE_QUESTION })
  .describe('Counts and numbers of Google Cloud Monitoring, by PromQL.');

export type GoogleSettings = z.output<typeof settings>;
