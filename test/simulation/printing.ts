import type { What } from './batch.ts';
import type { Sum } from './crew.ts';

/** How many runs, how fast, and how commands ended in them. */
export function printSum(
  say: (line: string) => void,
  what: What,
  { runs, failures, endings, coverage }: Sum,
  seconds: number,
): void {
  const faults =
    what === 'storms' ? `, ${(coverage.total / runs).toFixed(1)} faults met per run` : '';
  say(
    `${runs} runs, ${failures.length} failed, ${seconds.toFixed(1)} s, ` +
      `${(runs / seconds).toFixed(0)} runs/s${faults}`,
  );
  for (const [ending, count] of [...endings].sort(([, a], [, b]) => b - a))
    say(`  ${String(count).padStart(7)}  ${ending}`);
}

/** A cell of the table is worth something from so many on. */
const ENOUGH = 100;

/** Which fault was met at which moment how often, and where that was too rare to count; whether it was nowhere. */
export function printCoverage(say: (line: string) => void, { coverage }: Sum): boolean {
  for (const line of coverage.table()) say(line);
  const thin = coverage.thin(ENOUGH);
  say(`${thin.length} of the possible cells met less than ${ENOUGH} times`);
  for (const cell of thin) say(`  ${cell}`);
  return thin.length === 0;
}
