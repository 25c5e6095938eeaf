import { z } from 'zod';
import { command } from '../../src/settings/command.ts';
import { duration } from '../../src/settings/scalars.ts';

export const settings = z
  .preprocess(
    (value) => (Array.isArray(value) || typeof value === 'string' ? { run: value } : value),
    z.strictObject({
      run: command().describe(
        'The program and its arguments; exit code 0 passes. It finds the address of the candidate as `DEPLOYCTL_ADDRESS`, and the headers that lead a request there, where it takes any, as `DEPLOYCTL_HEADERS`, one on each line.',
      ),
      timeout: duration({ min: 1 })
        .prefault('10s')
        .describe('After this it is ended and counts as an error.'),
    }),
  )
  .meta({ also: { type: ['string', 'array'] } })
  .describe('Runs a program without a shell; passes with exit code 0.');

export type CommandSettings = z.output<typeof settings>;
