import { Coverage } from './coverage.ts';
import { pair } from './pairs.ts';
import { SHAPE_NAMES } from './shapes.ts';
import { storm } from './storm.ts';
import { allSweeps, dieAt, nameOf } from './sweep.ts';

/** A row of numbers to be run, from the first to the last: seeds of storms, or places in a list. */
export interface Order {
  readonly what: What;
  readonly first: number;
  readonly last: number;
  /** Whether the first failure ends it. */
  readonly bail: boolean;
}

export type What = 'storms' | 'sweeps' | 'pairs';

export interface Failure {
  readonly number: number;
  readonly finding: string;
}

/** What came of a row of numbers. */
export interface Batch {
  readonly runs: number;
  readonly failures: readonly Failure[];
  /** How many runs had a command that ended so. */
  readonly endings: ReadonlyMap<string, number>;
  readonly counts: Uint32Array;
}

interface Report {
  readonly runs: number;
  readonly violations: readonly string[];
  readonly endings: readonly string[];
  readonly counts: Uint32Array | null;
}

const NOTHING = { endings: [], counts: null } as const;

const RUN: Readonly<Record<What, (number: number) => Promise<Report>>> = {
  storms: async (seed) => ({ runs: 1, ...(await storm(seed)) }),
  sweeps: sweepAll,
  pairs: async (number) => ({ runs: 1, violations: await pair(number), ...NOTHING }),
};

/** One course of one platform, with a death at each point of it. */
async function sweepAll(place: number): Promise<Report> {
  const sweep = allSweeps(SHAPE_NAMES)[place - 1];
  if (!sweep) return { runs: 0, violations: [], ...NOTHING };
  const { points, violations: alive } = await dieAt(sweep, Infinity);
  const violations = alive.map((finding) => `${nameOf(sweep)}: ${finding}`);
  for (let point = 1; point <= points; point++) {
    const { died, violations: found } = await dieAt(sweep, point);
    for (const finding of found) violations.push(`${nameOf(sweep)}, killed at ${died}: ${finding}`);
  }
  return { runs: points + 1, violations, ...NOTHING };
}

export async function runBatch({ what, first, last, bail }: Order): Promise<Batch> {
  const failures: Failure[] = [];
  const endings = new Map<string, number>();
  const coverage = new Coverage();
  let runs = 0;
  for (let number = first; number <= last && !(bail && failures.length > 0); number++) {
    const report = await RUN[what](number);
    runs += report.runs;
    for (const ending of report.endings) endings.set(ending, (endings.get(ending) ?? 0) + 1);
    if (report.counts) coverage.addAll(report.counts);
    const finding = report.violations[0]?.split('\n')[0];
    if (finding !== undefined) failures.push({ number, finding });
  }
  return { runs, failures, endings, counts: coverage.counts };
}
