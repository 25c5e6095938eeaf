import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { begin } from '../../../../providers/local/replica/process.ts';

test('what a replica writes can be read by whom it drops its privileges to, its log by nobody', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deployctl-umask-'));
  const log = join(folder, 'log');
  const before = process.umask(0o077);
  try {
    const script = 'process.stdout.write(process.umask().toString(8))';
    const command = [process.execPath, '-e', script];
    await begin({ command, cwd: folder, env: {}, log, token: 'x' }).ended;
    expect(readFileSync(log, 'utf8')).toBe('22');
    expect(statSync(log).mode & 0o777).toBe(0o600);
    expect(process.umask()).toBe(0o077);
  } finally {
    process.umask(before);
    rmSync(folder, { recursive: true, force: true });
  }
});
