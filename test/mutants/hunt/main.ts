import { parseArgs } from 'node:util';
import { eachIn, makeLane } from '../lane.ts';
import { draw, type Mistake } from './draw.ts';
import { Search } from './search.ts';

/** `npm run hunt`: which small mistakes no test notices. */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    /** Only in files whose path begins so. */
    in: { type: 'string', default: '' },
    lanes: { type: 'string', default: '2' },
    list: { type: 'boolean', default: false },
    /** Of what is drawn, these alone: `3,17`. */
    only: { type: 'string' },
  },
});
/** Of fifty; more than this share is a hole in the tests. */
const BEARABLE = 2 / 50;

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const [count, seed] = [Number(values.count), Number(values.seed)];
  const mistakes = draw(values.in, count, seed).filter(({ number }) => isAsked(number));
  if (values.list) {
    for (const { words } of mistakes) say(words);
    return 0;
  }
  const survivors: Mistake[] = [];
  const lanes = await Promise.all(Array.from({ length: Number(values.lanes) }, makeLane));
  const search = new Search(await makeLane());
  await eachIn(lanes, mistakes, async (lane, mistake) => {
    const by = await search.catches(lane, mistake);
    say(`${by === null ? 'SURVIVED' : `caught by ${by}`}\n${mistake.words}`);
    if (by === null) survivors.push(mistake);
  });
  const caught = mistakes.length - survivors.length;
  say(`\n${survivors.length} to be looked at: no test notices them, or they change nothing`);
  for (const { words } of survivors) say(words);
  const rate = ((100 * caught) / mistakes.length).toFixed(0);
  say(`seed ${seed}: ${caught} of ${mistakes.length} mistakes caught (${rate} %)`);
  if (survivors.length === 0) return 0;
  const place = values.in === '' ? '' : ` --in ${values.in}`;
  const numbers = survivors.map(({ number }) => number).join(',');
  say(`again: npm run hunt -- --count ${count} --seed ${seed}${place} --only ${numbers}`);
  return survivors.length > mistakes.length * BEARABLE ? 1 : 0;
}

const isAsked = (number: number) =>
  values.only === undefined || values.only.split(',').includes(String(number));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

process.exitCode = await main();
