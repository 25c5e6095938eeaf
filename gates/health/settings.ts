import { z } from 'zod';

export const settings = z
  .strictObject({})
  .describe(
    'What the provider knows: crashes since the first look and units that are not ready. `max` is how many are fine, 0 by default.',
  );
