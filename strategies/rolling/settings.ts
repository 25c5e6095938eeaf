import { z } from 'zod';
import { amount, duration, whole } from '../../src/settings/scalars.ts';
import { COMMON } from '../../src/settings/strategy.ts';

const isZero = (amount: { count: number } | { percent: number }) => Object.values(amount)[0] === 0;

export const settings = z
  .strictObject({
    ...COMMON,
    batch: amount().prefault('25%').describe('How many replicas are replaced at a time: 1 or 25%.'),
    maxUnavailable: amount().prefault(0).describe('How many replicas may be missing on the way.'),
    maxSurge: amount().prefault(1).describe('How many replicas may be there besides on the way.'),
    pause: duration()
      .prefault('10s')
      .describe('Time between two batches, for the gates to see something.'),
    maxFailures: whole(0, 1000)
      .default(0)
      .describe('How often a batch may fail before the deployment does.'),
    native: z
      .boolean()
      .optional()
      .describe(
        'After the first one the platform replaces all others in batches of its own, while the gates watch: nothing waits between two, and it goes on when deployctl ends.',
      ),
  })
  .refine(({ batch }) => !isZero(batch), { error: 'at least 1', path: ['batch'] })
  .refine(({ maxUnavailable, maxSurge }) => !isZero(maxUnavailable) || !isZero(maxSurge), {
    error: '=maxUnavailable and maxSurge are both 0, so no replica can ever be replaced',
    path: ['maxSurge'],
  })
  .describe('Replicas are replaced in batches.');
