import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ignoring } from '../../../providers/vercel/release/ignore.ts';

const PATHS = [
  'a.txt',
  'b.log',
  'src/a.txt',
  'src/b.log',
  'src/deep/c.log',
  'src/deep/keep.log',
  'build/out.js',
  'src/build/out.js',
  'docs/a.md',
  'docs/b/c.md',
  'x/y/z/end.txt',
  'x/end.txt',
  '#hash',
  '!bang',
  'a space.txt',
  'f1.js',
  'f22.js',
  'fa.js',
  'star*.txt',
];

const RULES: readonly string[] = [
  '*.log',
  '*.log\n!keep.log',
  '/build',
  'build/',
  'build',
  'src/*.log',
  'docs/**',
  '**/end.txt',
  'x/**/end.txt',
  '/*.txt',
  '\\#hash\n\\!bang',
  '# a comment\n\na.txt   ',
  'f?.js',
  'f[0-9].js',
  'f[!0-9].js',
  'docs/*\n!docs/b',
  'star\\*.txt',
  'src/deep',
  'a space.txt',
  '**',
  '/',
  'x/y/',
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ignore-'));
  execFileSync('git', ['init', '-q'], { cwd: folder });
  for (const path of PATHS) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What git itself leaves out by these rules. */
function byGit(rules: string): string[] {
  writeFileSync(join(folder, '.gitignore'), rules);
  const kept = execFileSync('git', ['ls-files', '--others', '--exclude-standard', '-z'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder },
  });
  const names = kept.toString().split('\0');
  return PATHS.filter((path) => !names.includes(path));
}

/** As a folder is walked: nothing below one that is left out is asked about. */
function byUs(rules: string): string[] {
  const ignores = ignoring(rules, { never: [] });
  const isOut = (path: string) => {
    const parts = path.split('/');
    return parts.some((_, at) => ignores(parts.slice(0, at + 1).join('/'), at < parts.length - 1));
  };
  return PATHS.filter(isOut);
}

it.each(RULES)('leaves out what git leaves out by %j', (rules) => {
  expect(byUs(rules)).toEqual(byGit(rules));
});

it('leaves out what Vercel never uploads, unless it is asked for', () => {
  const usual = ignoring('');
  expect(usual('node_modules', true)).toBe(true);
  expect(usual('packages/a/node_modules', true)).toBe(true);
  expect(usual('.env.local', false)).toBe(true);
  expect(usual('.env', false)).toBe(false);
  expect(ignoring('!node_modules')('node_modules', true)).toBe(false);
});
