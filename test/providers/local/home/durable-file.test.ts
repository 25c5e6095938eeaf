import fs, {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { writeDurably } from '../../../../providers/local/home/durable-file.ts';

const root = mkdtempSync(join(tmpdir(), 'deployctl-durable-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What was asked of the disk, in order. */
let asked: string[] = [];
const { fsyncSync, renameSync } = fs;

beforeEach(() => {
  asked = [];
  fs.fsyncSync = (descriptor) => {
    const path = readlinkSync(`/proc/self/fd/${descriptor}`);
    const isFolder = statSync(path).isDirectory();
    asked.push(`sync ${isFolder ? `folder ${basename(path)}` : readFileSync(path, 'utf8')}`);
    fsyncSync(descriptor);
  };
  fs.renameSync = (from, to) => {
    asked.push(`rename to ${basename(String(to))}`);
    renameSync(from, to);
  };
  syncBuiltinESMExports();
});

afterEach(() => {
  Object.assign(fs, { fsyncSync, renameSync });
  syncBuiltinESMExports();
});

test('a file is on the disk before it gets its name, and its name before the answer', () => {
  const path = join(root, 'state', 'desired.json');
  for (const text of ['one', 'two']) writeDurably(path, text);
  expect(asked).toEqual([
    'sync one',
    'rename to desired.json',
    'sync folder state',
    'sync two',
    'rename to desired.json',
    'sync folder state',
  ]);
  expect(readFileSync(path, 'utf8')).toBe('two');
  expect(readdirSync(join(root, 'state'))).toEqual(['desired.json']);
});

test('what is written is for its owner only', () => {
  const path = join(root, 'mine', 'desired.json');
  writeDurably(path, '{}');
  expect([statSync(join(root, 'mine')), statSync(path)].map(({ mode }) => mode & 0o777)).toEqual([
    0o700, 0o600,
  ]);
});

test('a file that cannot be synced leaves the old one as it was', () => {
  const path = join(root, 'full', 'desired.json');
  writeDurably(path, 'old');
  fs.fsyncSync = () => {
    throw new Error('ENOSPC');
  };
  syncBuiltinESMExports();
  expect(() => writeDurably(path, 'new')).toThrow(/ENOSPC/);
  expect(readFileSync(path, 'utf8')).toBe('old');
});
