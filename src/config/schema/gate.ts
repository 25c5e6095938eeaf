import { z } from 'zod';
import { duration, flag, limit, percent, whole } from '../../settings/scalars.ts';
import { specify } from '../resolve/gate.ts';
import { commandSource, health, http, json, tcp } from './probes.ts';
import { smoke } from './smoke.ts';
import { edge, load } from './traffic.ts';

/** The sources that come with the tool. A gate has exactly one. */
const SOURCES = {
  http: http.describe(
    'Asks an HTTP address; passes when the answer is as expected. Short: `http: /healthz`.',
  ),
  tcp: tcp.describe('Opens a TCP connection; passes when it opens.'),
  command: commandSource.describe('Runs a program without a shell; passes with exit code 0.'),
  smoke: smoke.describe('A sequence of requests with assertions and captured values.'),
  edge: edge.describe(
    'Counts of the router itself: errorRate, latency, requests, throughput. Short: `edge: errorRate`.',
  ),
  health: health.describe(
    'What the provider knows: crashes since the first look and units that are not ready. `max` is how many are fine, 0 by default.',
  ),
  load: load.describe(
    'A bounded request generator for services with too little traffic. Runs while the gate watches; its value is the share of failed requests. Without a limit it only makes traffic.',
  ),
} as const;

const JUDGE = {
  max: limit()
    .optional()
    .describe(
      'Fails above this: 5% or 0.05 for shares, 250ms or 250 for latency, plain numbers for counts.',
    ),
  min: limit().optional().describe('Fails below this.'),
  compare: z
    .enum(['stable'])
    .optional()
    .describe(
      'Compares the candidate with the stable release over the same window; off unless asked for.',
    ),
  tolerance: percent()
    .optional()
    .describe(
      'How much worse than stable is still fine, as a share of its value: 50% allows 1.5 times. Default 50%.',
    ),
  difference: limit()
    .optional()
    .describe('And how much worse in absolute terms: 1%, 20ms. Default 0.'),
  floor: limit()
    .optional()
    .describe(
      'Below this value nothing is worse than stable, whatever the ratio. Default 0.1% for shares, else 0.',
    ),
  minSamples: whole(0, 1e9)
    .optional()
    .describe(
      'Samples of the candidate needed before a pass. Default 20 for edge and load, else 1.',
    ),
  consecutive: whole(1, 1000)
    .default(1)
    .describe('How many breaching readings in a row make a failure.'),
  for: duration().prefault('0s').describe('Or: for how long it must breach without a break.'),
  interval: duration({ min: 50 })
    .prefault('5s')
    .describe('Time between two readings, and the length of the window each is about.'),
  timeout: duration({ min: 1 })
    .optional()
    .describe(
      'Longest time for one reading. Default: the interval, at most 10s; for smoke the sum of its requests, for command 10s.',
    ),
  delay: duration()
    .prefault('0s')
    .describe("The source's own delay: a window is asked for this long after it closed."),
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
  advisory: flag().default(false).describe('Shown and recorded, never decides.'),
};

export type SourceNames = readonly string[];

/** One gate: a source, and how its readings are judged. */
export function gateSchema(plugins: SourceNames) {
  const others = plugins
    .filter((name) => !(name in SOURCES))
    .map((name) => {
      return [
        name,
        z.record(z.string(), json).optional().describe('A source of a plug-in.'),
      ] as const;
    });
  const sources = Object.entries(SOURCES).map(
    ([name, schema]) => [name, schema.optional()] as const,
  );
  const names = [...sources, ...others].map(([name]) => name);
  return z
    .strictObject({ ...Object.fromEntries([...sources, ...others]), ...JUDGE })
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
      specify(gate as unknown as WrittenJudge, names, (issue) =>
        context.addIssue({ code: 'custom', ...issue }),
      ),
    );
}

export type WrittenJudge = z.output<z.ZodObject<typeof JUDGE>>;
