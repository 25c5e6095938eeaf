import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { cliPage } from './reference/cli-page.ts';
import { configPage } from './reference/config-page.ts';
import { extensionPages, KINDS } from './reference/extension-pages.ts';

/**
 * Writes docs/reference from what the program itself knows: commands, config, and a page for each
 * extension. With `--check` it writes nothing, and fails where a page is older than that.
 */
const folder = new URL('../docs/reference/', import.meta.url);
const isCheck = process.argv.includes('--check');
const pages: readonly (readonly [string, string])[] = [
  ['config.md', configPage()],
  ['cli.md', await cliPage()],
  ...(await extensionPages()),
];

const stale: string[] = [];
for (const [name, text] of pages) {
  const file = new URL(name, folder);
  if (!isCheck) {
    await mkdir(new URL('.', file), { recursive: true });
    await writeFile(file, text);
  } else if ((await readFile(file, 'utf8').catch(() => null)) !== text) stale.push(name);
}

/** Of extensions that are there no longer. */
const wanted = new Set(pages.map(([name]) => name));
for (const kind of KINDS)
  for (const file of await readdir(new URL(`${kind}/`, folder)).catch(() => [])) {
    const name = `${kind}/${file}`;
    if (wanted.has(name)) continue;
    if (isCheck) stale.push(name);
    else await rm(new URL(name, folder));
  }

if (stale.length > 0) {
  process.stderr.write(`${stale.join(' and ')} no longer fit the program: npm run reference\n`);
  process.exitCode = 1;
}
