import { existsSync, lstatSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { hashOf } from '../../../src/lib/canonical.ts';
import { inParallel } from '../parallel.ts';
import { measured, partsOf } from './content.ts';
import { type Ignores, ignoring } from './ignore.ts';

export interface TreeFile {
  readonly file: string;
  readonly mode: number;
  readonly sha: string;
  readonly size: number;
}

export interface Tree {
  readonly files: readonly TreeFile[];
  readonly bytes: number;
  /** So many different ones: each is uploaded once. */
  readonly contents: number;
  /** Of names, contents and modes: two equal ones are built to the same. */
  readonly digest: string;
}

/** What would be uploaded of a folder. */
export async function treeOf(folder: string, { prebuilt }: { prebuilt: boolean }): Promise<Tree> {
  const names = prebuilt ? await builtIn(folder) : await filesIn(folder);
  const files: TreeFile[] = [];
  for (const name of names.toSorted()) files.push(await vercelFileOf(folder, name));
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const contents = new Set(files.map(({ sha }) => sha)).size;
  return { files, bytes, contents, digest: hashOf(files) };
}

/** Where `vercel build` leaves what it has built. */
const OUTPUT = '.vercel/output';
const READ_AT_ONCE = 32;
/** A config of deployctl is no part of what users get: it names stores, hosts and commands. */
const OWN_CONFIG = '/deploy.config.*';
/** Rules that `vercel routes` has left. */
const ROUTES = '.vercel/routes.json';

async function filesIn(folder: string): Promise<readonly string[]> {
  const isRust = existsSync(join(folder, 'Cargo.toml'));
  const always = isRust ? [OWN_CONFIG, '/target'] : [OWN_CONFIG];
  const ignores = ignoring([...always, await ignoreFile(folder)].join('\n'));
  const names: string[] = [];
  await walk(folder, '', { ignores, names });
  return names;
}

/** All of what was built, and what its functions need from elsewhere in the folder. */
async function builtIn(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  await walk(folder, OUTPUT, { ignores: () => false, names });
  const configs = names.filter((name) => basename(name) === '.vc-config.json');
  const named = await inParallel(configs, READ_AT_ONCE, (name) => needsOf(folder, name));
  const routes = existsSync(join(folder, ROUTES)) ? [ROUTES] : [];
  return [...new Set([...names, ...routes, ...(await allowed(folder, named.flat()))])];
}

async function needsOf(folder: string, config: string): Promise<readonly string[]> {
  const text = await readFile(join(folder, config), 'utf8');
  const { filePathMap = {} } = JSON.parse(text) as { filePathMap?: Record<string, string> };
  return Object.values(filePathMap);
}

/** A build may come from elsewhere: it brings in nothing that is ignored, or lies outside. */
async function allowed(folder: string, named: readonly string[]): Promise<readonly string[]> {
  const ignores = ignoring(await ignoreFile(folder), { never: [] });
  const names = named.map((name) => relative(folder, join(folder, name)).replaceAll('\\', '/'));
  return names.filter((name) => {
    const parts = name.split('/');
    const out = parts.some((_, at) =>
      ignores(parts.slice(0, at + 1).join('/'), at < parts.length - 1),
    );
    return name !== '' && parts[0] !== '..' && !out;
  });
}

async function ignoreFile(folder: string): Promise<string> {
  const [own, old] = await Promise.all(
    ['.vercelignore', '.nowignore'].map((name) =>
      readFile(join(folder, name), 'utf8').catch(() => ''),
    ),
  );
  if (own && old)
    throw new Error('there are both .vercelignore and .nowignore: Vercel takes only one of them');
  return own || old || '';
}

/** Paths are put together by hand: `join` and `relative` would cost more than the reading. */
async function walk(
  top: string,
  within: string,
  { ignores, names }: { ignores: Ignores; names: string[] },
): Promise<void> {
  for (const entry of await readdir(`${top}/${within}`, { withFileTypes: true })) {
    const name = within === '' ? entry.name : `${within}/${entry.name}`;
    if (ignores(name, entry.isDirectory())) continue;
    if (entry.isDirectory()) await walk(top, name, { ignores, names });
    else if (entry.isFile() || entry.isSymbolicLink()) names.push(name);
  }
}

async function vercelFileOf(folder: string, file: string): Promise<TreeFile> {
  const path = `${folder}/${file}`;
  const { mode } = lstatSync(path);
  const { sha, size } = await measured(partsOf(path, mode));
  return { file, mode, sha, size };
}

/** What is sent of a file. */
export const contentOf = (folder: string, { file, mode, size }: TreeFile) => ({
  size,
  parts: partsOf(`${folder}/${file}`, mode),
});
