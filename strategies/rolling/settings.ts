import { z } from 'zod';
import { amount, duration, whole } from '../../src/settings/scalars.ts';
import { COMMON } from '../../src/settings/strategy.ts';

const isZero = (amount: { count: number } | { percent: number }) => Object.values(amount)[0] === 0;

export const settings = z
  .strictObject({
    ...COMMON,
    batch: amount().prefault('25%').describe('How many replicas are replaced at a time: 1 or 25%.'),
    maxUnavailable: amount()
      .prefault(0)
      .describe('How many replicas may be missing during the deployment.'),
    maxSurge: amount()
      .prefault(1)
      .describe('How many extra replicas there may be during the deployment.'),
    pause: duration().prefault('10s').describe('Time between two batches, in which gates measure.'),
    maxFailures: whole(0, 1000)
      .default(0)
      .describe('How many times a batch may fail before the deployment fails.'),
    native: z
      .boolean()
      .optional()
      .describe(
        'After the first batch the platform replaces all other replicas by itself, while the gates watch: it does not wait between batches, and continues when deployctl ends.',
      ),
  })
  .refine(({ batch }) => !isZero(batch), { error: 'at least 1', path: ['batch'] })
  .refine(({ maxUnavailable, maxSurge }) => !isZero(maxUnavailable) || !isZero(maxSurge), {
    error: '=maxUnavailable and maxSurge are both 0, so no replica can ever be replaced',
    path: ['maxSurge'],
  })
  .describe('Replicas are replaced in batches.');
