import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProcessFixture } from '../cli/process-fixture.ts';
import { endProcess } from '../helpers/end-process.ts';

let fixture: ProcessFixture;
beforeEach(async () => {
  fixture = await ProcessFixture.make();
  expect((await fixture.run('deploy --release v1')).code).toBe(0);
  await crash(fixture.folder);
});
afterEach(() => fixture.remove());

/** All that runs for the service ends at once, as with the machine. */
async function crash(folder: string): Promise<void> {
  const running = () =>
    readdirSync('/proc')
      .map(Number)
      .filter((pid) => folderOf(pid)?.startsWith(folder));
  const pids = running();
  expect(pids.length).toBeGreaterThanOrEqual(3);
  for (const signal of ['SIGSTOP', 'SIGKILL'] as const)
    for (const pid of pids) endProcess(pid, signal);
  await expect.poll(running).toEqual([]);
}

function folderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

test('after a crash of the machine each command says what is so, and what it has done about it', async () => {
  const plan = await fixture.run('plan --release v2');
  expect([plan.code, plan.stderr]).toEqual([
    2,
    expect.stringContaining('Next, one of:\n  deployctl up\n'),
  ]);
  const file = join(fixture.folder, 'deploy.config.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('weight: 20%', 'weight: 20.55%'));
  const { code, stderr } = await fixture.run('deploy --release v2');
  expect(stderr).toContain('shop was not running here and has been started again.');
  expect(stderr).toContain('cannot give a release 20.55 % of the traffic');
  expect(stderr).toContain(
    'What was not running has been started again, as it was; nothing else was changed.',
  );
  expect(stderr).not.toContain('Nothing was touched');
  expect(code).toBe(2);
  expect((await fixture.run('up')).stderr).toMatch(/^shop is up(?: already)?: v1 with 1\.\n$/);
  expect((await fixture.run('up')).stderr).toBe('shop is up already: v1 with 1.\n');
});
