import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plant } from './lane.ts';
import type { Mutant } from './mutant.ts';

/** What the compiler says of a name that is declared nowhere in sight. */
const UNKNOWN_NAME = /^(\S+)\(\d+,\d+\): error TS(?:2304|2552|18004): (.+)$/gm;

/**
 * A bug whose text uses a name that its file does not know is found by any test that comes by: it
 * fails because it cannot run, and proves nothing. All are compiled at once, each in a copy beside
 * the file that it breaks, and the copies are never run.
 */
export async function unknownNames(folder: string, mutants: readonly Mutant[]): Promise<string[]> {
  const copies = await Promise.all(
    mutants.map(async (mutant, index) => {
      const file = mutant.file.replace(/\.ts$/, `.planted-${index}.ts`);
      const sound = await readFile(join(folder, mutant.file), 'utf8');
      await writeFile(join(folder, file), plant(sound, mutant));
      return { file, name: mutant.name };
    }),
  );
  const project = join(folder, 'tsconfig.planted.json');
  const files = copies.map(({ file }) => file);
  await writeFile(project, JSON.stringify({ extends: './tsconfig.json', include: [], files }));
  const said = await compiled(folder, project);
  const nameOf = new Map(copies.map(({ file, name }) => [file, name]));
  return [...said.matchAll(UNKNOWN_NAME)].map(
    ([, file = '', words]) =>
      `${nameOf.get(file) ?? file}: its text names what is not there: ${words}`,
  );
}

/** Most planted bugs are wrong to the compiler in other ways: its exit code tells nothing. */
function compiled(cwd: string, project: string): Promise<string> {
  const tsc = join('node_modules', '.bin', 'tsc');
  return new Promise((resolve, reject) => {
    execFile(tsc, ['--noEmit', '-p', project, '--pretty', 'false'], { cwd }, (error, out) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve(out);
    });
  });
}
