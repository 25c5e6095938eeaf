import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
/** As deep as the folders that the snippets say they lie in, so that their imports lead to the sources. */
const FOLDER = join(ROOT, 'node_modules/.cache/snippets');

interface Snippet {
  readonly page: string;
  readonly path: string;
  readonly text: string;
}

/** Every piece of TypeScript in the docs that begins with the path of its file. */
async function snippets(): Promise<Snippet[]> {
  const pages = (await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md'));
  const found = pages.map(async (page) => {
    const text = await readFile(join(ROOT, 'docs', page), 'utf8');
    return [...text.matchAll(/```ts\n(\/\/ (\S+\.ts)\n[\s\S]*?)```/g)].map(
      ([, code = '', path = '']): Snippet => ({ page, path, text: code }),
    );
  });
  return (await Promise.all(found)).flat();
}

/** The same text in another folder: what it imports is said from the root. */
const moved = ({ path, text }: Snippet) =>
  text.replaceAll(
    /from '(\.[^']+)'/g,
    (_, specifier: string) => `from '${join(ROOT, dirname(path), specifier)}'`,
  );

beforeAll(() => rm(FOLDER, { recursive: true, force: true }));
afterAll(() => rm(FOLDER, { recursive: true, force: true }));

test('every piece of TypeScript in the docs compiles as it stands', async () => {
  const all = await snippets();
  expect(all.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['gates/queue/source.ts', 'strategies/half-and-half/plan.ts']),
  );
  for (const snippet of all) {
    await mkdir(dirname(join(FOLDER, snippet.path)), { recursive: true });
    await writeFile(join(FOLDER, snippet.path), moved(snippet));
  }
  const { compilerOptions } = JSON.parse(await readFile(join(ROOT, 'tsconfig.json'), 'utf8'));
  const options = {
    ...compilerOptions,
    rootDir: ROOT,
    typeRoots: [join(ROOT, 'node_modules/@types')],
  };
  await writeFile(
    join(FOLDER, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files: all.map(({ path }) => path) }),
  );
  const told = await promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['-p', FOLDER]).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  );
  expect(told).toBe('');
}, 60_000);
