import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { examined, type Fault, type Findings } from './campaign.ts';
import { keep } from './cases.ts';
import { type Input, inputOf } from './input.ts';
import { shrink } from './shrink.ts';
import { fuzz, joined } from './workers.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  },
});

/** Told after so many, so that a long run shows that it goes on. */
const BLOCK = 50_000;

const tell = (line: string) => process.stdout.write(`${line}\n`);
const began = performance.now();
const first = Number(values.seed);
const last = first + Number(values.runs) - 1;
let sum: Findings | null = null;
for (let seed = first; seed <= last && !sum?.faults.length; seed += BLOCK) {
  const runs = Math.min(BLOCK, last - seed + 1);
  const found = await fuzz(seed, runs, Number(values.threads));
  sum = sum === null ? found : joined(sum, found);
  tell(summaryOf(sum));
}
const faults = sum?.faults ?? [];
for (const fault of faults) await told(fault);
process.exitCode = faults.length > 0 ? 1 : 0;

function summaryOf({ runs, planned, faults, slowest }: Findings): string {
  const took = (performance.now() - began) / 1000;
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  const pace = `${took.toFixed(1)} s, ${(runs / took).toFixed(0)}/s`;
  const worst = `slowest ${Math.round(slowest.took)} ms (seed ${slowest.seed}, ${slowest.kind})`;
  return `${runs} configs, ${planned} good, ${faults.length} faults; ${pace}; ${worst}; most memory ${memory} MiB`;
}

/** What hangs or ends a thread would do the same here, so it is not made smaller. */
async function told({ seed, kind, fault }: Fault): Promise<void> {
  tell(`npm run fuzz -- --seed ${seed} --runs 1    ${kind}: ${fault}`);
  if (fault.startsWith('slow: it hangs')) return;
  const folder = mkdtempSync(join(tmpdir(), 'deployctl-fuzz-'));
  const sort = fault.split(':')[0] ?? '';
  const fails = async (input: Input) =>
    (await examined(input, folder, false)).found.some((other) => other.startsWith(sort));
  const least = await shrink(inputOf(seed), fails);
  rmSync(folder, { recursive: true, force: true });
  tell(`  kept as ${keep(least, fault)}`);
}
