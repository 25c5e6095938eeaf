import { z } from 'zod';
import { approval, COMMON, match } from '../../src/settings/strategy.ts';

export const settings = z
  .strictObject({
    ...COMMON,
    approval: approval.default(null).describe('Asks a person before the switch; off by default.'),
    match: match
      .default(null)
      .describe(
        'Requests that reach the new release before the switch: a preview on the public address.',
      ),
  })
  .describe('The new release is started beside the old one and gets all of the traffic at once.');
