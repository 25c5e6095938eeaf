import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** What is in the repository, or will be with the next commit. */
const files: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard'],
  { cwd: ROOT, encoding: 'utf8' },
)
  .trim()
  .split('\n');

export const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');

/** Every page that people read; what the tests bring with them is not ours to write. */
export const pages = files.filter((file) => file.endsWith('.md') && !file.startsWith('test/'));

/** Blocks of code in one of these languages. */
export function blocks(page: string, languages: readonly string[]): readonly string[] {
  const all = read(page).matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```$/gm);
  return [...all]
    .filter(([, , name = '']) => languages.includes(name))
    .map(([, , , text]) => text ?? '');
}

/** The configs that pages show whole, each with its page and place. */
export const wholeConfigs = pages.flatMap((page) =>
  blocks(page, ['yaml'])
    .filter((text) => /^service:/m.test(text))
    .map((text, at) => [`${page} ${at + 1}`, text] as const),
);
