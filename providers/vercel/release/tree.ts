import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { hashOf } from '../../../src/lib/canonical.ts';
import { inParallel } from '../parallel.ts';
import { type Ignores, ignoring } from './ignore.ts';

export interface TreeFile {
  readonly file: string;
  readonly sha: string;
  readonly size: number;
  readonly mode: number;
}

export interface Tree {
  readonly files: readonly TreeFile[];
  readonly bytes: number;
  /** Of names, contents and modes: two equal ones are built to the same. */
  readonly digest: string;
}

const HASHED_AT_ONCE = 32;

/** What would be uploaded of a folder. */
export async function treeOf(folder: string, { prebuilt }: { prebuilt: boolean }): Promise<Tree> {
  const written = await ignoreFile(folder);
  const ignores = prebuilt ? ignoring(written, { never: [] }) : ignoring(written);
  const root = prebuilt ? join(folder, OUTPUT) : folder;
  const names: string[] = [];
  await walk(folder, root, { ignores: prebuilt ? () => false : ignores, names });
  const files = await inParallel(names.sort(), HASHED_AT_ONCE, (name) =>
    vercelFileOf(folder, name),
  );
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return { files, bytes, digest: hashOf(files) };
}

/** Where `vercel build` leaves what it has built. */
const OUTPUT = '.vercel/output';

async function ignoreFile(folder: string): Promise<string> {
  for (const name of ['.vercelignore', '.nowignore']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => null);
    if (text !== null) return text;
  }
  return '';
}

async function walk(
  top: string,
  folder: string,
  { ignores, names }: { ignores: Ignores; names: string[] },
): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const name = relative(top, path).replaceAll('\\', '/');
    if (ignores(name, entry.isDirectory())) continue;
    if (entry.isDirectory()) await walk(top, path, { ignores, names });
    else if (entry.isFile() || entry.isSymbolicLink()) names.push(name);
  }
}

async function vercelFileOf(folder: string, file: string): Promise<TreeFile> {
  const path = join(folder, file);
  const { mode, size } = await lstat(path);
  const link = await linkAt(path, mode);
  if (link !== null) return { file, sha: sha1(link), size: link.length, mode };
  const hash = createHash('sha1');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return { file, sha: hash.digest('hex'), size, mode };
}

/** What is sent of a file: of a link, where it leads to. */
export async function contentOf(folder: string, { file, mode }: TreeFile): Promise<Buffer> {
  const path = join(folder, file);
  return (await linkAt(path, mode)) ?? readFile(path);
}

const TYPE = 0o170000;
const LINK = 0o120000;

const linkAt = async (path: string, mode: number): Promise<Buffer | null> =>
  (mode & TYPE) === LINK ? Buffer.from(await readlink(path)) : null;

const sha1 = (content: Buffer) => createHash('sha1').update(content).digest('hex');
