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
      'stable: compares the candidate with the stable release over the same window. usual: compares it as well with what the last releases of the service had, according to the journal. Off by default.',
    ),
  judge: otherJudge
    .optional()
    .describe(
      'kayenta: the candidate is compared with stable as Kayenta does it, instead of by `compare`. For who moves from there and wants the same verdicts.',
    ),
  tolerance: percent()
    .optional()
    .describe(
      'How much worse than stable is still accepted, as a share of the value of stable: 50% allows 1.5 times. Default 50%.',
    ),
  difference: scalarsLimit()
    .optional()
    .describe('How much worse is accepted in absolute terms as well: 1%, 20ms. Default 0.'),
  floor: scalarsLimit()
    .optional()
    .describe(
      'Below this value the candidate never counts as worse than stable, whatever the ratio. Default 0.1% for shares, else 0.',
    ),
  minSamples: whole(0, 1e9)
    .optional()
    .describe(
      'Samples of the candidate needed before a pass; by default as many as the source asks for.',
    ),
  consecutive: whole(1, 1000)
    .default(1)
    .describe('How many breaching readings in a row make a failure.'),
  for: duration()
    .prefault('0s')
    .describe('For how long it must breach without a break, instead of a number of readings.'),
  interval: duration({ min: 50 })
    .prefault('5s')
    .describe(
      'Time between two readings, and the length of the window each is about; longer where the source has only longer windows.',
    ),
  timeout: duration({ min: 1 })
    .optional()
    .describe(
      'Time limit for one reading; by default that of the source, else the interval, at most 10s.',
    ),
  delay: duration()
    .optional()
    .describe(
      'How long after a window closed the source is asked about it; by default as long as the source needs.',
    ),
  warmup: duration()
    .prefault('0s')
    .describe('How long after the candidate first got traffic windows start to count.'),
  onNoData: z
    .enum(['fail', 'pass'])
    .default('fail')
    .describe('What happens when there is too little data up to the end: fail, or pass.'),
  errorLimit: whole(1, 1000)
    .default(4)
    .describe(
      'After this many errors of the source in a row the gate is blind, which is never a pass.',
    ),
  inconclusiveLimit: whole(1, 100_000)
    .optional()
    .describe('After this many readings without a verdict in a row the gate gets no more time.'),
  failureLimit: whole(1, 1000)
    .optional()
    .describe('How many breaching readings in all are tolerated before the next one fails.'),
  pass: z
    .enum(['proven'])
    .optional()
    .describe(
      'proven: a pass also needs evidence that the candidate is not twice as bad as stable.',
    ),
  budget: z
    .strictObject({
      share: percent().describe('How much of the error budget one deployment may spend: 2%.'),
      promise: percent().describe('Share of good requests that is promised (the SLO): 99.9%.'),
      period: duration().prefault('30d').describe('For how long.'),
    })
    .optional()
    .describe(
      'Fails when the candidate has caused more errors than this part of the error budget.',
    ),
  advisory: flag()
    .optional()
    .describe(
      'Shown and recorded, but decides nothing. True by default only for gates that compare a value that is not a count.',
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
