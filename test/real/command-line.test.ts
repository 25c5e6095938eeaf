import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listening, ProcessFixture } from '../cli/process-fixture.ts';

let fixture: ProcessFixture;
beforeEach(async () => {
  fixture = await ProcessFixture.make();
});
afterEach(() => fixture.remove());

describe('kill -9 in the middle of a canary', () => {
  test.each([
    ['rollback', 'v1'],
    ['deploy --release v3', 'v3'],
  ])('is followed by %s, from where it stood', async (line, version) => {
    const child = await fixture.underWay();
    child.process.kill('SIGKILL');
    await child.ended;
    expect((await fixture.run('status')).stdout).toContain('is gone');
    fixture.configure();
    const after = fixture.start(line);
    expect(await after.ended).toMatchObject({ code: 0 });
    expect(await fixture.live()).toBe(version);
  });
});

describe('two deployments at once', () => {
  test('the second is told who is there and how to wait; one that waits has its turn', async () => {
    const first = await fixture.underWay();
    fixture.configure();
    const second = await fixture.run('deploy --release v3');
    expect(second.code).toBe(6);
    expect(second.stderr).toMatch(/\(pid \d+\) is deploying v2/);
    expect(second.stderr).toContain('--wait-lock');
    const third = fixture.start('deploy --release v3 --wait-lock 60s');
    expect((await fixture.run('promote')).code).toBe(0);
    expect((await first.ended).code).toBe(0);
    expect(await third.ended).toMatchObject({ code: 0 });
    expect(await fixture.live()).toBe('v3');
  });

  test('down is refused meanwhile, and forced it says what stays', async () => {
    const first = await fixture.underWay();
    expect((await fixture.run('down')).code).toBe(6);
    const down = await fixture.run('down --yes --force');
    expect(down).toMatchObject({ code: 0 });
    expect(down.stderr).toContain('stays unfinished in the journal');
    expect((await first.ended).code).toBe(5);
    expect(await fixture.live()).toBe(undefined);
  });
});

describe('a signal', () => {
  test('Ctrl-C twice leaves at once', async () => {
    fixture.configure({ env: '{ NEVER_READY: "1" }', more: 'extension: 0s', start: '30s' });
    const child = fixture.start('deploy --release v1 --output json');
    await child.told(({ type }) => type === 'step-progress');
    const begun = performance.now();
    child.process.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 400));
    child.process.kill('SIGINT');
    expect((await child.ended).code).toBe(130);
    expect(performance.now() - begun).toBeLessThan(3500);
  });

  test('SIGTERM settles within six seconds', async () => {
    const child = await fixture.underWay();
    const begun = performance.now();
    child.process.kill('SIGTERM');
    expect((await child.ended).code).toBe(143);
    expect(performance.now() - begun).toBeLessThan(6000);
  });
});

describe('a reader that goes away', () => {
  test('does not touch the deployment', async () => {
    const lines = [
      '$DEPLOYCTL deploy --release v1 | head -1; exit $PIPESTATUS',
      '$DEPLOYCTL deploy --release v2 >&-',
      '$DEPLOYCTL deploy --release v3 >&- 2>&-',
      '$DEPLOYCTL deploy --release v4 >/dev/full',
      '$DEPLOYCTL deploy --release v5 <&-',
    ];
    for (const line of lines) expect([line, (await fixture.shell(line)).code]).toEqual([line, 0]);
    expect(await fixture.live()).toBe('v5');
  });

  test('ends what only shows something; and down without a person wants --yes', async () => {
    fixture.configure({ command: `[node, -e, "${CHATTERBOX}"]` });
    await fixture.run('deploy --release v1');
    expect(await fixture.run('down')).toMatchObject({ code: 2 });
    expect(await fixture.live()).toBe('v1');
    const { code } = await fixture.shell(
      'timeout 10 $DEPLOYCTL logs --follow | head -1; exit $PIPESTATUS',
    );
    expect(code).toBe(0);
  });
});

test('a disk that is full under the output is told by what acts, which goes on and exits as it would', async () => {
  const { code, stderr } = await fixture.shell('$DEPLOYCTL deploy --release v1 >/dev/full');
  expect([code, stderr]).toEqual([0, expect.stringContaining('be written to: ENOSPC')]);
  expect(await fixture.live()).toBe('v1');
  fixture.configure({ command: '[node, -e, "process.exit(1)"]' });
  const failed = await fixture.shell('$DEPLOYCTL deploy --release v2 >/dev/full');
  expect(failed.code).toBe(3);
});

const CHATTERBOX =
  "setInterval(() => console.log('tick'), 100); require('http').createServer((q, s) => s.end()).listen(process.env.PORT)";

describe('a service that does not run', () => {
  test('is taken back, with the reason', async () => {
    await fixture.run('deploy --release v1');
    const rows = [
      [{ env: '{ NEVER_READY: "1" }', start: '4s' }, 'not done within its time'],
      [{ command: 'no-such-program' }, 'no-such-program'],
      [{ env: '{ CRASH_AFTER: "600" }', hold: '20s', more: 'watch: [alive]' }, 'alive'],
    ] as const;
    for (const [broken, reason] of rows) {
      const { code, stdout } = await fixture.configure(broken).run('deploy --release v2');
      expect([code, stdout]).toEqual([3, expect.stringContaining(reason)]);
      expect(await fixture.live()).toBe('v1');
    }
  });

  test('is told who has its port, before anything is started', async () => {
    const { server } = await listening(fixture.port);
    const { code, stderr } = await fixture.run('deploy --release v1');
    server.close();
    const told = `port ${fixture.port} is in use by pid ${process.pid}`;
    expect([code, stderr]).toEqual([2, expect.stringContaining(told)]);
    expect(stderr).toContain('Nothing was touched.');
  });
});
