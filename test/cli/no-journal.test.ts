import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { statusOf } from '../../providers/local/client/control-client.ts';
import { endProcess } from '../helpers/end-process.ts';
import { ProcessFixture } from './process-fixture.ts';

let fixture: ProcessFixture;
beforeEach(async () => {
  fixture = await ProcessFixture.make();
});
afterEach(() => fixture.remove());

/** The end of the log of the one target, as what half a write leaves. */
function damageEnd(): number {
  const targets = join(fixture.folder, 'state/deployctl/journal/targets');
  const log = join(targets, readdirSync(targets)[0] ?? '', 'log');
  const last = readdirSync(log).sort().at(-1) ?? '';
  writeFileSync(join(log, last), '{"half":');
  return Number(last);
}

/** All of the service is gone at once, and nobody begins again. */
async function reboot(): Promise<void> {
  const home = join(fixture.folder, 'state/deployctl/local/shop');
  const { pids, replicas } = (await statusOf(home)) ?? {};
  const all = [pids?.keeper, pids?.edge, ...(replicas ?? []).map((one) => one.pid)];
  // Stopped before any is dead: none brings another back.
  for (const signal of ['SIGSTOP', 'SIGKILL'] as const)
    for (const pid of all) if (pid) endProcess(pid, signal);
  await expect.poll(() => statusOf(home)).toBe(null);
}

const answers = () =>
  fetch(`http://127.0.0.1:${fixture.port}`).then(
    ({ ok }) => ok,
    () => false,
  );

describe('without a journal that can be read', () => {
  test.each(['up --config ./deploy.config.yaml', 'up --service shop'])(
    '%s starts what the provider knows of',
    async (line) => {
      expect(await fixture.run('deploy --release v1')).toMatchObject({ code: 0 });
      const record = damageEnd();
      await reboot();
      const up = await fixture.run(line);
      expect(up.code).toBe(0);
      expect(up.stderr).toContain(`warning: Record ${record} of the log of`);
      expect(up.stderr).toMatch(
        new RegExp(`deployctl doctor --store file:\\S+ ${line.slice('up '.length)}\\n`),
      );
      expect(up.stderr).toContain('shop is up: v1 with 1.');
      expect(await answers()).toBe(true);
    },
  );

  test('down stops nothing unless it is forced, because a deployment may run', async () => {
    expect(await fixture.run('deploy --release v1')).toMatchObject({ code: 0 });
    const record = damageEnd();
    const refused = await fixture.run('down --yes');
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain(`is running: Record ${record} of the log of`);
    expect(refused.stderr).toContain('deployctl down --force');
    expect(await answers()).toBe(true);
    const down = await fixture.run('down --yes --force');
    expect(down.code).toBe(0);
    expect(down.stderr).toContain(`warning: Record ${record} of the log of`);
    expect(await answers()).toBe(false);
  });

  test('the config says what is meant where no record can be read at all', async () => {
    expect(await fixture.run('deploy --release v1')).toMatchObject({ code: 0 });
    const targets = join(fixture.folder, 'state/deployctl/journal/targets');
    rmSync(targets, { recursive: true });
    writeFileSync(targets, 'no folder');
    expect(await fixture.run('down --yes --force')).toMatchObject({ code: 0 });
    expect(await answers()).toBe(false);
  });
});
