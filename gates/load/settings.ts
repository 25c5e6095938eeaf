import { z } from 'zod';
import { HEADERS, headers, path } from '../../src/settings/http.ts';
import { duration, whole } from '../../src/settings/scalars.ts';
import { HARMLESS, HIGHEST_RATE } from './limits.ts';

export const settings = z
  .strictObject({
    rate: whole(1, HIGHEST_RATE).describe(
      'Requests per second, sent when they are due whatever the answers.',
    ),
    path: path().default('/').describe('Path that is asked.'),
    method: z.enum(HARMLESS).default('GET').describe('GET or HEAD: the load must change nothing.'),
    headers: headers().default({}).describe(HEADERS),
    to: z
      .enum(['public', 'candidate'])
      .default('public')
      .describe(
        '`public`: as users reach the service, split as theirs. `candidate`: only the new release.',
      ),
    concurrency: whole(1, 1024)
      .default(64)
      .describe('Most requests under way at once; what finds no place is dropped and counted.'),
    maxDuration: duration({ min: 1000 })
      .prefault('10m')
      .describe('The load ends after this in any case.'),
  })
  .describe(
    'A bounded request generator for services with too little traffic. Runs while the gate watches; its value is the share of failed requests. Without a limit it only makes traffic.',
  );

export type LoadSettings = z.output<typeof settings>;
