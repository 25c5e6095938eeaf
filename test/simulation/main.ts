import { parseArgs } from 'node:util';
import { recordLeft } from '../golden/journals.ts';
import type { Failure, What } from './batch.ts';
import { runAll, type Sum } from './crew.ts';
import { recordAll } from './golden.ts';
import { printCoverage, printSum } from './printing.ts';
import { drawScenario } from './scenario.ts';
import { SHAPE_NAMES } from './shapes.ts';
import { replayLine, shrink } from './shrink.ts';
import { runScenario } from './storm.ts';
import { allSweeps } from './sweep.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string' },
    hours: { type: 'string' },
    without: { type: 'string', default: '' },
    bail: { type: 'boolean', default: false },
    coverage: { type: 'boolean', default: false },
    /** Fails where a possible cell of the table was met too rarely. */
    thick: { type: 'boolean', default: false },
    sweep: { type: 'boolean', default: false },
    pairs: { type: 'boolean', default: false },
    golden: { type: 'boolean', default: false },
  },
});

const say = (line: string) => process.stdout.write(`${line}\n`);
const first = Number(values.seed);
const PAIRS = 4000;
/** So many failures are made smaller; the others are most often the same. */
const SHRUNK = 3;

/** One run, told step by step. */
async function tell(): Promise<boolean> {
  const without = values.without.split(',').filter((part) => part !== '');
  const { trace, violations } = await runScenario(drawScenario(first, without), true);
  for (const line of trace) say(line);
  for (const violation of violations) say(violation);
  return violations.length === 0;
}

/** Many runs, on all cores. */
async function run(what: What, count: number, onFailure: (failure: Failure) => void): Promise<Sum> {
  const began = performance.now();
  const hours = values.hours === undefined ? Infinity : Number(values.hours);
  const goesOn = () => performance.now() < began + hours * 3_600_000;
  const { bail } = values;
  const sum = await runAll({ what, first, last: first + count - 1, bail, goesOn, onFailure });
  printSum(say, what, sum, (performance.now() - began) / 1000);
  return sum;
}

async function storms(): Promise<boolean> {
  const count = values.runs === undefined ? Infinity : Number(values.runs);
  const told = ({ number, finding }: Failure) => say(`${replayLine(number, [])}    ${finding}`);
  const sum = await run('storms', count, told);
  const isTold = values.coverage || values.thick || values.hours !== undefined;
  const isThick = !isTold || printCoverage(say, sum);
  for (const { number } of sum.failures.slice(0, values.bail ? 0 : SHRUNK)) {
    const small = await shrink(number, runScenario);
    if (!small) continue;
    say(`${replayLine(number, small.without)}    ${small.finding}`);
    say(`  it takes: ${small.left.join(', ') || 'nothing that could be left out'}`);
  }
  return sum.failures.length === 0 && (isThick || !values.thick);
}

async function deaths(what: 'sweeps' | 'pairs', count: number): Promise<boolean> {
  const sum = await run(what, count, ({ finding }) => say(finding));
  return sum.failures.length === 0;
}

async function main(): Promise<boolean> {
  if (values.golden) await Promise.all([recordAll(), recordLeft()]);
  if (values.pairs) return deaths('pairs', Number(values.runs ?? PAIRS));
  if (values.sweep) return deaths('sweeps', allSweeps(SHAPE_NAMES).length);
  return values.runs !== undefined || values.hours !== undefined ? storms() : tell();
}

process.exitCode = (await main()) ? 0 : 1;
