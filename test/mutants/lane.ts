import { existsSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What git does not keep, or what nothing reads. */
const LEFT = ['node_modules', '.git', 'dist', 'man', 'coverage'];

/** A copy of the sources to break, gone when the process is: what is checked out stays as it is. */
export interface Lane {
  readonly folder: string;
  /** Runs this while a file of it is changed. */
  broken<T>(file: string, change: Change, run: () => Promise<T>): Promise<T>;
}

type Change = (sound: string) => string;

export async function makeLane(): Promise<Lane> {
  const folder = await mkdtemp(join(tmpdir(), 'deployctl-mutants-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const name of await readdir(ROOT)) {
    if (LEFT.includes(name)) continue;
    await cp(join(ROOT, name), join(folder, name), { recursive: true });
  }
  await linkModules(folder);
  return { folder, broken: (file, change, run) => broken(join(folder, file), change, run) };
}

/** Takes from the queue until it is empty; one of these works in each lane. */
export async function eachIn<T>(
  lanes: readonly Lane[],
  items: readonly T[],
  work: (lane: Lane, item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  await Promise.all(
    lanes.map(async (lane) => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift())
        await work(lane, item);
    }),
  );
}

/** A folder of its own with a link for each package, so that caches stay here too. */
async function linkModules(folder: string): Promise<void> {
  const [from, to] = [join(ROOT, 'node_modules'), join(folder, 'node_modules')];
  await mkdir(to);
  const names = (await readdir(from)).filter((name) => !name.startsWith('.') || name === '.bin');
  await Promise.all(names.map((name) => symlink(join(from, name), join(to, name))));
}

async function broken<T>(path: string, change: Change, run: () => Promise<T>): Promise<T> {
  const sound = await readFile(path, 'utf8');
  await writeFile(path, change(sound));
  try {
    return await run();
  } finally {
    await writeFile(path, sound);
  }
}

export function plant(sound: string, { name, file, find, replace }: Mutant): string {
  const [before, after, ...more] = sound.split(find);
  if (after === undefined) throw new Error(`${name}: its text does not occur in ${file}`);
  if (more.length > 0)
    throw new Error(`${name}: its text occurs ${more.length + 1} times in ${file}`);
  return before + replace + after;
}

/** Says at once which bugs no longer fit the sources. */
export async function misfits(mutants: readonly Mutant[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const mutant of mutants) {
    const sound = await readFile(join(ROOT, mutant.file), 'utf8');
    try {
      plant(sound, mutant);
    } catch (error) {
      wrong.push((error as Error).message);
    }
    const { caughtBy } = mutant;
    const files = 'files' in caughtBy ? caughtBy.files : [];
    const missing = files.filter((file) => !existsSync(join(ROOT, file)));
    wrong.push(...missing.map((file) => `${mutant.name}: ${file} is not there`));
  }
  return wrong;
}
