import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { bootId, readOrNull, startTime } from '../../src/lib/process-life.ts';

const isLinux = process.platform === 'linux';
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

test.runIf(isLinux)('the boot has a name of its own, the same at every look', () => {
  expect(bootId()).toMatch(/^[0-9a-f-]{36}$/);
  expect(bootId()).toBe(bootId());
});

test('what cannot be read is null', () => {
  expect(readOrNull('/nonexistent/file')).toBeNull();
  expect(readOrNull('/')).toBeNull();
});
