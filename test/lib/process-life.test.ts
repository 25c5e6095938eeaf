import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  bootId,
  processNamespace,
  readOrNull,
  runs,
  startTime,
} from '../../src/lib/process-life.ts';

const isLinux = process.platform === 'linux';
const LIFE = resolve(import.meta.dirname, '../../src/lib/process-life.ts');
const UTF8 = { encoding: 'utf8' } as const;
const nodeWords = (code: string) => [process.execPath, '--input-type=module', '-e', code];
const waiting = () =>
  spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });

test.runIf(isLinux)('a living process has a start time that stays the same', () => {
  expect(startTime(process.pid)).toMatch(/^\d+$/);
  expect(startTime(process.pid)).toBe(startTime(process.pid));
});

test.runIf(isLinux)('one that was started later has another one', async () => {
  const child = waiting();
  await once(child, 'spawn');
  expect(Number(startTime(child.pid ?? 0))).toBeGreaterThan(Number(startTime(process.pid)));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(startTime(child.pid ?? 0)).toBeNull();
});

test.runIf(isLinux)('a process whose name looks like more fields is read rightly', async () => {
  const rename =
    "process.title = ') Z 1 2 (x) '; process.stdout.write('.'); setInterval(() => {}, 1e3)";
  const child = spawn(process.execPath, ['-e', rename], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  expect(startTime(child.pid ?? 0)).toMatch(/^\d+$/);
  child.kill('SIGKILL');
  await once(child, 'close');
});

test.runIf(isLinux)('one that only waits to be reaped is gone', async () => {
  // Its parent is stopped before it can reap.
  const script = 'sleep 0 & echo $!; kill -STOP $$';
  const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(String(said).trim());
  await expect.poll(() => startTime(pid)).toBeNull();
  parent.kill('SIGKILL');
  await once(parent, 'close');
});

test.each([0, -1, 2 ** 30, Number.NaN])('no process has the number %s', (pid) => {
  expect(startTime(pid)).toBeNull();
});

describe.runIf(isLinux)('whether a process still runs', () => {
  const self = { pid: process.pid, started: startTime(process.pid) ?? '' };

  test('is known of one that does, of one that is gone, and of one whose number is used again', async () => {
    const child = waiting();
    await once(child, 'spawn');
    const mark = { pid: child.pid ?? 0, started: startTime(child.pid ?? 0) ?? '' };
    expect([runs(self), runs(mark)]).toEqual([true, true]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(runs(mark)).toBe(false);
    expect(runs({ ...self, started: '1' })).toBe(false);
  });

  test.each([0, -1, -(2 ** 30), Number.NaN])(
    'is not known of number %s, which is no process',
    (pid) => {
      expect(runs({ pid, started: '1' })).toBeNull();
    },
  );

  test('is not known of one that lives where /proc does not show it', async (context) => {
    const code = `
      const { runs } = await import(${JSON.stringify(LIFE)});
      console.log(runs({ pid: process.ppid, started: '1' }), runs({ pid: 2 ** 22 + 1, started: '1' }));`;
    // An empty folder over /proc is what a mount with hidepid comes to, for anybody but root.
    const words = ['-m', 'sh', '-c', `mount -t tmpfs none /proc && "$@"`, 'sh'];
    const { status, stdout } = spawnSync('unshare', [...words, ...nodeWords(code)], UTF8);
    if (status !== 0) context.skip('no mount can be made here');
    expect(stdout).toBe('null false\n');
  });
});

describe.runIf(isLinux)('the name of the processes that can be seen', () => {
  const code = `const { processNamespace } = await import(${JSON.stringify(LIFE)});
    console.log(processNamespace());`;
  const inside = (...flags: string[]) => {
    const { status, stdout } = spawnSync('unshare', [...flags, ...nodeWords(code)], UTF8);
    return status === 0 ? stdout.trim() : 'refused';
  };

  test('is the same for all of them', () => {
    const { stdout } = spawnSync(process.execPath, nodeWords(code).slice(1), UTF8);
    expect(processNamespace()).toMatch(/^pid:\[\d+\]/);
    expect(stdout.trim()).toBe(processNamespace());
  });

  test('is another one in a container', (context) => {
    const name = inside('-p', '-f', '--mount-proc');
    if (name === 'refused') context.skip('no container can be made here');
    expect(name).toMatch(/^pid:\[\d+\]/);
    expect(name).not.toBe(processNamespace());
  });

  test('is another one where time is counted anew', (context) => {
    const name = inside('-T', '--boottime', '1000', '-f');
    if (name === 'refused') context.skip('time cannot be counted anew here');
    expect(name).not.toBe(processNamespace());
  });

  test('is not known where /proc shows the processes of another container', (context) => {
    const name = inside('-p', '-f');
    if (name === 'refused') context.skip('no container can be made here');
    expect(name).toBe('null');
  });
});

test.runIf(isLinux)('the boot has a name of its own, the same at every look', () => {
  expect(bootId()).toMatch(/^[0-9a-f-]{36}$/);
  expect(bootId()).toBe(bootId());
});

test('what cannot be read is null', () => {
  expect(readOrNull('/nonexistent/file')).toBeNull();
  expect(readOrNull('/')).toBeNull();
});
