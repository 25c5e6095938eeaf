import { z } from 'zod';
import { form, text } from '../../src/settings/scalars.ts';
import { ABOUT_NAMES } from '../kit/numbers/names.ts';
import { endpoint } from '../kit/numbers/settings.ts';

export const settings = z
  .strictObject({
    ...endpoint('Where Alertmanager answers: the part before /api/v2.'),
    alerts: z
      .array(text())
      .max(100)
      .default([])
      .describe('Names of the alerts that must not fire; any that `where` fits when left out.'),
    where: z
      .record(
        form(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'the name of a label: letters, digits and _'),
        text(),
      )
      .default({})
      .describe(`Labels that an alert must have to count. ${ABOUT_NAMES}`),
  })
  .refine(({ alerts, where }) => alerts.length > 0 || Object.keys(where).length > 0, {
    error: 'alerts, or where, or both',
  })
  .describe(
    'Alerts that fire in Alertmanager; silenced and inhibited ones do not count. `max` is how many are fine, 0 by default.',
  );

export type AlertmanagerSettings = z.output<typeof settings>;
