import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const COPIED = ['src', 'strategies', 'providers', 'gates', 'stores', 'reporters', 'scripts/new'];
const FOR_TESTS = [
  'test/contract',
  'test/helpers',
  'test/gates/kit',
  'package.json',
  'vitest.config.ts',
];
const KINDS = ['gate', 'store', 'strategy', 'provider'];
/** They compile and run other programs. */
const LONG = 120_000;

let folder: string;
const run = async (program: string, ...given: string[]) =>
  (await promisify(execFile)(program, given, { cwd: folder })).stdout;
const npx = (...given: string[]) =>
  run(join(ROOT, 'node_modules/.bin', given[0] ?? ''), ...given.slice(1));
const make = (...given: string[]) => run(process.execPath, 'scripts/new/main.ts', ...given);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployctl-new-'));
  for (const path of [...COPIED, ...FOR_TESTS])
    await cp(join(ROOT, path), join(folder, path), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const { compilerOptions } = JSON.parse(await readFile(join(ROOT, 'tsconfig.json'), 'utf8'));
  const include = ['*/*/work-queue', 'test/*/work-queue', '*/work-queue', 'src/compose'];
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }));
}, LONG);
afterAll(() => rm(folder, { recursive: true, force: true }));

test(
  'what is made new compiles, is in the catalogue, and passes the first case of its suite',
  async () => {
    for (const kind of KINDS) expect(await make(kind, 'work-queue')).toContain('Next:');
    await npx('tsc', '--noEmit');
    const rooms = ['gates', 'stores', 'strategies'].map((room) => `test/${room}/work-queue`);
    const ran = await npx('vitest', 'run', ...rooms);
    for (const room of rooms) expect(ran).toContain(`${room}/`);
    await npx('vitest', 'run', 'test/providers/work-queue', '-t', 'says what it points at');
  },
  LONG,
);

test.each([
  [['gate', 'work-queue'], 'is there already: nothing was written'],
  [['gate', 'Work Queue'], 'NAME (small letters'],
  [['gates', 'x'], 'provider|gate|store|strategy'],
])(
  '%j is refused in words',
  async (given, words) => {
    await expect(make(...given)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining(words),
    });
  },
  LONG,
);
