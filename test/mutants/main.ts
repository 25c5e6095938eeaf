import { parseArgs } from 'node:util';
import { eachIn, type Lane, makeLane, misfits, plant } from './lane.ts';
import { MUTANTS } from './list.ts';
import { type Mutant, type Suite, wordsFor } from './mutant.ts';
import { runSuite, type SuiteEnd } from './suite.ts';
import { unknownNames } from './unknown-names.ts';

const { values } = parseArgs({
  options: { only: { type: 'string' }, list: { type: 'boolean', default: false } },
});

/** Ms for one planted bug: a test that hangs for it has a minute of its own. */
const BOUND = 120_000;
const SOUND_BOUND = 300_000;
const LANES = 2;

const say = (line: string) => process.stdout.write(`${line}\n`);

function chosen(): readonly Mutant[] {
  const { only } = values;
  return only === undefined ? MUTANTS : MUTANTS.filter(({ name }) => name === only);
}

function list(mutants: readonly Mutant[]): void {
  for (const { name, sentence, file, caughtBy } of mutants)
    say(`${name.padEnd(34)}  ${sentence}  [${file}; ${wordsFor(caughtBy)}]`);
}

/** All files in one run, what is filtered or drawn in runs of its own. */
function together(mutants: readonly Mutant[]): readonly Suite[] {
  const files = new Set<string>();
  const others = new Map<string, Suite>();
  for (const { caughtBy } of mutants) {
    if ('files' in caughtBy && !caughtBy.named) for (const file of caughtBy.files) files.add(file);
    else others.set(wordsFor(caughtBy), caughtBy);
  }
  return [...(files.size > 0 ? [{ files: [...files] }] : []), ...others.values()];
}

async function provesSound(lanes: readonly Lane[], mutants: readonly Mutant[]): Promise<boolean> {
  let sound = true;
  await eachIn(lanes, together(mutants), async ({ folder }, suite) => {
    const end = await runSuite(folder, suite, SOUND_BOUND);
    if (end.end === 'passed') return;
    sound = false;
    say(`without any bug: ${said(end)}`);
  });
  return sound;
}

/** In a copy of its own, which is left with the compiled ones in it. */
async function namesAreKnown(mutants: readonly Mutant[]): Promise<boolean> {
  const { folder } = await makeLane();
  const unknown = await unknownNames(folder, mutants);
  for (const line of unknown) say(line);
  return unknown.length === 0;
}

async function tryOne(lane: Lane, mutant: Mutant): Promise<boolean> {
  const began = performance.now();
  const end = await lane.broken(
    mutant.file,
    (sound) => plant(sound, mutant),
    () => runSuite(lane.folder, mutant.caughtBy, BOUND),
  );
  const took = ((performance.now() - began) / 1000).toFixed(1);
  say(`${mutant.name.padEnd(34)}  ${took.padStart(5)} s  ${said(end)}`);
  return end.end === 'failed';
}

function said(end: SuiteEnd): string {
  switch (end.end) {
    case 'failed':
      return `caught by ${end.by}`;
    case 'broke':
      return `SURVIVED: the suite broke down, ${end.why}`;
    case 'passed':
      return 'SURVIVED';
  }
}

async function main(): Promise<number> {
  const mutants = chosen();
  if (values.list) {
    list(mutants);
    return 0;
  }
  const wrong = await misfits(mutants);
  if (mutants.length === 0) wrong.push(`no planted bug is named ${values.only}; see --list`);
  for (const line of wrong) say(line);
  if (wrong.length > 0) return 1;
  if (!(await namesAreKnown(mutants))) return 1;
  const lanes = await Promise.all(Array.from({ length: LANES }, makeLane));
  if (!(await provesSound(lanes, mutants))) return 1;
  let found = 0;
  await eachIn(lanes, mutants, async (lane, mutant) => {
    if (await tryOne(lane, mutant)) found += 1;
  });
  say(`${found} of ${mutants.length} planted bugs found`);
  return found === mutants.length ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

process.exitCode = await main();
