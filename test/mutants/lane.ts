import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = [
  'bin',
  'src',
  'strategies',
  'providers',
  'gates',
  'stores',
  'reporters',
  'test',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
];

/** A copy of the sources to break, gone when the process is: what is checked out stays as it is. */
export interface Lane {
  readonly folder: string;
  /** Runs this while the bug is planted. */
  broken<T>(mutant: Mutant, run: () => Promise<T>): Promise<T>;
}

export async function makeLane(): Promise<Lane> {
  const folder = await mkdtemp(join(tmpdir(), 'deployctl-mutants-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const name of COPIED) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await linkModules(folder);
  return { folder, broken: (mutant, run) => broken(folder, mutant, run) };
}

/** A folder of its own with a link for each package, so that caches stay here too. */
async function linkModules(folder: string): Promise<void> {
  const [from, to] = [join(ROOT, 'node_modules'), join(folder, 'node_modules')];
  await mkdir(to);
  const names = (await readdir(from)).filter((name) => !name.startsWith('.') || name === '.bin');
  await Promise.all(names.map((name) => symlink(join(from, name), join(to, name))));
}

async function broken<T>(folder: string, mutant: Mutant, run: () => Promise<T>): Promise<T> {
  const path = join(folder, mutant.file);
  const sound = await readFile(path, 'utf8');
  await writeFile(path, plant(sound, mutant));
  try {
    return await run();
  } finally {
    await writeFile(path, sound);
  }
}

function plant(sound: string, { name, file, find, replace }: Mutant): string {
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
  }
  return wrong;
}
