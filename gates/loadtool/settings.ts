import { z } from 'zod';
import { command } from '../../src/settings/command.ts';
import { duration, flag } from '../../src/settings/scalars.ts';
import { TOOLS } from './summaries.ts';

export const MEASURES = ['errors', 'p50', 'p90', 'p95', 'p99'] as const;

export const settings = z
  .strictObject({
    tool: z.enum(TOOLS).describe('Whose summary is read.'),
    run: command().describe(
      'The program and its arguments, which say how much load for how long. `{{address}}` is the address that is asked; a shell finds it as `DEPLOYCTL_ADDRESS`.',
    ),
    summary: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe(
        'File that the tool writes its summary to, from the folder of the config; by default the summary is what it prints.',
      ),
    measure: z
      .enum(MEASURES)
      .default('errors')
      .describe('`errors`, the share of failed requests, or a quantile of the response times.'),
    to: z
      .enum(['candidate', 'public'])
      .default('candidate')
      .describe('`candidate`: only the new release. `public`: as users reach the service.'),
    sendsHeaders: flag()
      .default(false)
      .describe(
        'Where the candidate is reached by a header: the program sends those that it finds as `DEPLOYCTL_HEADERS`, one on each line. Without this it is not run there.',
      ),
    timeout: duration({ min: 1000, max: 3_600_000 })
      .prefault('5m')
      .describe('After this the tool and all that it started are ended, and nothing is known.'),
  })
  .describe(
    'Runs a load tool that you have (k6, vegeta, oha, ab) without a shell and reads its summary. As a check it runs once, while it watches once in each interval. Give a limit: `max: 1%`, or `max: 300ms` with a quantile.',
  );

export type LoadToolSettings = z.output<typeof settings>;
