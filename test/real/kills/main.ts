import { parseArgs } from 'node:util';
import keepBuilt from '../built.ts';
import { sweep } from './sweep.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    /** One case of those, told. */
    only: { type: 'string' },
    /** The share of blows that can be answered: SIGINT, SIGTERM, SIGHUP. */
    signals: { type: 'string', default: '0.25' },
    lanes: { type: 'string', default: '3' },
  },
});

const seed = Number(values.seed);
const only = values.only === undefined ? null : Number(values.only);
const count = Number(values.runs);
const numbers = only === null ? Array.from({ length: count }, (_, index) => index + 1) : [only];

const removeBuilt = keepBuilt();
const began = performance.now();
const tell = (line: string) => void process.stdout.write(`${line}\n`);
const odds = { signals: Number(values.signals) };
const lanes = Number(values.lanes);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const tally = await sweep({ seed, numbers, odds, lanes, signal: stop.signal, tell });
removeBuilt();

const took = (performance.now() - began) / 1000;
for (const [what, times] of [...tally.seen].sort(([, a], [, b]) => b - a))
  tell(`  ${String(times).padStart(7)}  ${what}`);
tell(
  `${tally.runs} runs, ${tally.kills} kills, ${tally.signals} signals (slowest ${tally.slowest.toFixed(0)}ms), ${tally.requests} requests, ${tally.failed.length} failed, ${took.toFixed(0)} s`,
);
process.exitCode = tally.failed.length > 0 ? 1 : 0;
