import { z } from 'zod';
import { text, whole } from '../../src/settings/scalars.ts';

export const settings = z
  .strictObject({
    port: whole(1, 65_535)
      .nullable()
      .default(null)
      .describe('Port; by default that of the candidate.'),
    host: text().nullable().default(null).describe('Host; by default that of the candidate.'),
  })
  .describe('Opens a TCP connection; passes when it opens.');

export type TcpSettings = z.output<typeof settings>;
