import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { manifestsUnreadable } from '../errors.ts';
import type { Source } from '../settings.ts';

/** Where a program runs that renders, and what it is told. */
export interface Rendering {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly namespace: string;
}

const RENDER_LIMIT_MS = 120_000;
const LARGEST = 32 * 1024 * 1024;

/** What the manifests say, as YAML of one document or many. */
export async function rendered(source: Source, where: Rendering): Promise<string> {
  if ('manifests' in source) return readAll(source.manifests, where.folder);
  if ('kustomize' in source)
    return firstOf(
      [
        ['kubectl', 'kustomize', source.kustomize],
        ['kustomize', 'build', source.kustomize],
      ],
      where,
    );
  const { chart, release, values } = source.helm;
  const files = values.flatMap((file) => ['--values', file]);
  const line = ['helm', 'template', release, chart, '--namespace', where.namespace, '--no-hooks'];
  return firstOf([[...line, ...files]], where);
}

async function readAll(paths: readonly string[], folder: string): Promise<string> {
  const files = await Promise.all(paths.map((path) => filesAt(resolve(folder, path))));
  const texts = await Promise.all(files.flat().map((file) => readFile(file, 'utf8')));
  return texts.join('\n---\n');
}

async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((error: Error) => {
    throw manifestsUnreadable(error.message);
  });
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  return names.map((name) => join(path, name));
}

/** The first program that is there; without a shell, and never without end. */
async function firstOf(lines: readonly (readonly string[])[], where: Rendering): Promise<string> {
  const { execa } = await import('execa');
  for (const [program = '', ...args] of lines) {
    const { stdout, stderr, failed, code, timedOut } = await execa(program, args, {
      cwd: where.folder,
      env: where.env as NodeJS.ProcessEnv,
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
      timeout: RENDER_LIMIT_MS,
      maxBuffer: LARGEST,
    });
    if (code === 'ENOENT') continue;
    const why = timedOut ? `not finished within ${RENDER_LIMIT_MS / 1000} s` : stderr.trim();
    if (failed) throw manifestsUnreadable(`${[program, ...args].join(' ')}: ${why}`);
    return stdout;
  }
  const names = lines.map(([program]) => program).join(' or ');
  throw manifestsUnreadable(`there is no program ${names} on this machine`);
}
