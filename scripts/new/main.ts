import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { gate } from './gate.ts';
import type { Template } from './names.ts';
import { namesOf } from './names.ts';
import { provider } from './provider.ts';
import { store } from './store.ts';
import { strategy } from './strategy.ts';

/** `npm run new -- gate queue`: the folder of an extension, its tests, and its line in the catalogue. */
const TEMPLATES: Readonly<Record<string, Template>> = { provider, gate, store, strategy };

async function make(kind = '', name = ''): Promise<string> {
  const template = Object.hasOwn(TEMPLATES, kind) ? TEMPLATES[kind] : undefined;
  if (!template || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new Error(
      `npm run new -- ${Object.keys(TEMPLATES).join('|')} NAME (small letters, digits, dashes)`,
    );
  const { files, catalogue, after } = template(namesOf(name));
  const taken = Object.keys(files).find((path) => existsSync(path));
  if (taken) throw new Error(`${taken} is there already: nothing was written.`);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  await list(catalogue);
  const written = Object.keys(files).map((path) => `  ${path}`);
  return ['Written:', ...written, `  ${catalogue.file} (one line)`, '', 'Next:', ...after, ''].join(
    '\n',
  );
}

/** Behind the last line of the catalogue that loads something. */
async function list({ file, line }: { file: string; line: string }): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const last = lines.findLastIndex((text) => text.includes('await import('));
  await writeFile(file, lines.toSpliced(last + 1, 0, line).join('\n'));
}

try {
  process.stdout.write(await make(...process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
