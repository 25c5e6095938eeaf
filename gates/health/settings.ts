import { z } from 'zod';

export const settings = z
  .strictObject({
    of: z
      .enum(['troubles', 'ready'])
      .default('troubles')
      .describe('troubles: crashes and units that fell; ready: the share of its units that are.'),
  })
  .describe(
    'What the provider knows: crashes since the first look and units that are not ready. `max` is how many are fine, 0 by default.',
  );

export type HealthSettings = z.output<typeof settings>;
