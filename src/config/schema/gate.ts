import { z } from 'zod';
import { duration, flag, percent, scalarsLimit, whole } from '../../settings/scalars.ts';
import type { Vocabulary } from '../extensions.ts';
import { specify } from '../resolve/gate.ts';
import { otherJudge } from './kayenta.ts';

const JUDGE = {
  max: scalarsLimit()
    .optional()
    .describe(
      'Fails above this: 5% or 0.05 for shares, 250ms or 250 for latency, plain numbers for counts.',
    ),
  min: scalarsLimit().optional().describe('Fails below this.'),
  compare: z
    .enum(['stable', 'usual'])
    .optional()
    .describe(
      'stable: compares the candidate with the stable release over the same window. usual: besides with what the last releases of the service had, by the journal. Off unless asked for.',
    ),
  judge: otherJudge
    .optional()
    .describe(
      'kayenta: the candidate is compared with stable as Kayenta does it, instead of by `compare`. For who moves from there and wants the same verdicts.',
    ),
  tolerance: percent()
    .optional()
    .describe(
      'How much worse than stable is still fine, as a share of its value: 50% allows 1.5 times. Default 50%.',
    ),
  difference: scalarsLimit()
    .optional()
    .describe('And how much worse in absolute terms: 1%, 20ms. Default 0.'),
  floor: scalarsLimit()
    .optional()
    .describe(
      'Below this value nothing is worse than stable, whatever the ratio. Default 0.1% for shares, else 0.',
    ),
  minSamples: whole(0, 1e9)
    .optional()
    .describe(
      'Samples of the candidate needed before a pass; by default as many as the source asks for.',
    ),
  consecutive: whole(1, 1000)
    .default(1)
    .describe('How many breaching readings in a row make a failure.'),
  for: duration().prefault('0s').describe('Or: for how long it must breach without a break.'),
  interval: duration({ min: 50 })
    .prefault('5s')
    .describe(
      'Time between two readings, and the length of the window each is about; longer where the source has only longer windows.',
    ),
  timeout: duration({ min: 1 })
    .optional()
    .describe(
      'Longest time for one reading; by default what the source says, else the interval, at most 10s.',
    ),
  delay: duration()
    .optional()
    .describe(
      'A window is asked for this long after it closed; by default as late as the source needs.',
    ),
  warmup: duration()
    .prefault('0s')
    .describe('After the candidate first got traffic, windows count only from here.'),
  onNoData: z
    .enum(['fail', 'pass'])
    .default('fail')
    .describe(
      'What too little data up to the end leads to: fail, or a pass that you ask for in writing.',
    ),
  errorLimit: whole(1, 1000)
    .default(4)
    .describe(
      'After so many errors of the source in a row the gate is blind, which is never a pass.',
    ),
  inconclusiveLimit: whole(1, 100_000)
    .optional()
    .describe('After so many readings without a verdict in a row no more time is given.'),
  failureLimit: whole(1, 1000)
    .optional()
    .describe('So many breaching readings in all are borne before the next one fails.'),
  pass: z
    .enum(['proven'])
    .optional()
    .describe(
      'proven: a pass besides needs evidence that the candidate does not do twice as badly.',
    ),
  budget: z
    .strictObject({
      share: percent().describe('How much of it one deployment may spend: 2%.'),
      promise: percent().describe('Share of good requests that is promised: 99.9%.'),
      period: duration().prefault('30d').describe('For how long.'),
    })
    .optional()
    .describe(
      'Fails when the candidate has cost more errors than this part of what the promise leaves.',
    ),
  advisory: flag()
    .optional()
    .describe(
      'Shown and recorded, never decides. By default only what compares a value that is not a count.',
    ),
};

/** One gate: a source, and how its readings are judged. */
export function gateSchema({ names: { sources: names }, sources }: Vocabulary) {
  const shape = names.map(
    (name) => [name, (sources[name]?.schema ?? z.unknown()).optional()] as const,
  );
  return z
    .strictObject({ ...Object.fromEntries(shape), ...JUDGE })
    .superRefine((gate, context) => {
      const given = names.filter((name) => gate[name as keyof typeof gate] !== undefined);
      if (given.length === 1) return;
      const found =
        given.length === 0 ? 'found no source' : `found the sources ${given.join(' and ')}`;
      context.addIssue({
        code: 'custom',
        message: `=${found}, expected exactly one of ${names.join(', ')}`,
      });
    })
    .transform((gate, context) =>
      specify(gate as unknown as WrittenJudge, sources, (issue) =>
        context.addIssue({ code: 'custom', ...issue }),
      ),
    );
}

export type WrittenJudge = z.output<z.ZodObject<typeof JUDGE>>;
