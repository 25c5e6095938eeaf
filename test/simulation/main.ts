import { parseArgs } from 'node:util';
import { recordAll } from './golden.ts';
import { storm } from './storm.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1' },
    hours: { type: 'string' },
    golden: { type: 'boolean', default: false },
  },
});

if (values.golden) await recordAll();

const first = Number(values.seed);
const until = values.hours ? performance.now() + Number(values.hours) * 3_600_000 : null;
const last = until ? Infinity : first + Number(values.runs) - 1;
const tracing = last === first;
const began = performance.now();
const seen = new Map<string, number>();
let failed = 0;
let runs = 0;

for (let seed = first; seed <= last && (!until || performance.now() < until); seed++) {
  const report = await storm(seed, tracing);
  runs += 1;
  for (const what of report.seen) seen.set(what, (seen.get(what) ?? 0) + 1);
  if (tracing) process.stdout.write(`${report.trace.join('\n')}\n`);
  if (report.violations.length === 0) continue;
  failed += 1;
  process.stdout.write(
    `npm run sim -- --seed ${seed}    ${report.violations[0]?.split('\n')[0]}\n`,
  );
}

const took = (performance.now() - began) / 1000;
process.stdout.write(
  `${runs} runs, ${failed} failed, ${took.toFixed(1)} s, ${(runs / took).toFixed(0)} runs/s\n`,
);
for (const [what, count] of [...seen].sort(([, a], [, b]) => b - a))
  process.stdout.write(`  ${String(count).padStart(7)}  ${what}\n`);
process.exitCode = failed > 0 ? 1 : 0;
