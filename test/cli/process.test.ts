import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ProcessFixture } from './process-fixture.ts';

let fixture: ProcessFixture;
beforeEach(async () => {
  fixture = await ProcessFixture.make();
});
afterEach(() => fixture.remove());

test('kill -9 in the middle of a canary is followed by resume, from where it stood', async () => {
  const child = await fixture.underWay();
  child.process.kill('SIGKILL');
  await child.ended;
  expect((await fixture.run('status')).stdout).toContain('is gone');
  fixture.configure();
  const after = fixture.start('resume');
  await expect.poll(() => after.stdout).toContain('watch 20 %');
  expect((await fixture.run('promote')).code).toBe(0);
  expect(await after.ended).toMatchObject({ code: 0 });
  expect(await fixture.live()).toBe('v2');
});

test('Ctrl-C once settles, says how to go on, and can be resumed', async () => {
  const child = await fixture.underWay();
  child.process.kill('SIGINT');
  const { code, stdout } = await child.ended;
  expect(code).toBe(130);
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ code: 130 });
  expect((await fixture.run('status')).stdout).toMatch(/deployctl resume \w+ {3}or {3}deployctl/);
  expect((await fixture.run('rollback')).code).toBe(0);
  expect(await fixture.live()).toBe('v1');
});

test('a start that is too late and does not obey SIGTERM is not waited for in silence', async () => {
  const deaf = ['sh', '-c', "trap '' TERM; while :; do sleep 1; done"];
  fixture.configure({ command: JSON.stringify(deaf), start: '3s' });
  const child = fixture.start('deploy --release v1');
  await expect
    .poll(() => child.stdout, { timeout: 60_000 })
    .toMatch(/✖ failed after .* 1 still stopping: SIGTERM was sent, SIGKILL follows after 1s/s);
});

describe('a disk that is full under the output', () => {
  test('makes a failure of what was only to be shown, told once', async () => {
    await fixture.run('deploy --release v1');
    const lines = [
      'plan --release v2 -o json',
      'status',
      'history',
      'validate --release v1',
      'completion bash',
    ];
    for (const line of [...lines, 'help', 'status --help', '--version']) {
      const { code, stderr } = await fixture.shell(`$DEPLOYCTL ${line} >/dev/full`);
      expect([line, code]).toEqual([line, 1]);
      expect(stderr.match(/the output can no longer be written to: ENOSPC/g)).toHaveLength(1);
    }
    const { code, stderr } = await fixture.shell('$DEPLOYCTL history | true; exit $PIPESTATUS');
    expect([code, stderr]).toEqual([0, '']);
  });

  test('is noticed also in what was held back for a secret', async () => {
    fixture.configure({ env: '{ KEY: { fromEnv: HELD_BACK } }' });
    const { code } = await fixture.shell(
      'HELD_BACK=1234567890 $DEPLOYCTL plan --release v1 >/dev/full',
    );
    expect(code).toBe(1);
  });
});

const isRoot = process.getuid?.() === 0;

describe('a journal that cannot be written', () => {
  test.skipIf(isRoot)('because it is read-only', async () => {
    const state = join(fixture.folder, 'read-only');
    mkdirSync(state);
    chmodSync(state, 0o500);
    const { code, stderr } = await fixture.run('deploy --release v1', { XDG_STATE_HOME: state });
    expect([code, stderr]).toEqual([1, expect.stringContaining('not permitted')]);
  });

  test('because a file is in the way', async () => {
    const state = join(fixture.folder, 'deploy.config.yaml');
    const { code, stderr } = await fixture.run('deploy --release v1', { XDG_STATE_HOME: state });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('a file is where a folder should be'),
    ]);
  });

  test('because the disk is full', async (context) => {
    const disk = join(fixture.folder, 'disk');
    mkdirSync(disk);
    const mounted = spawnSync('sh', ['-c', `mount -t tmpfs -o size=64k tmpfs ${disk}`]);
    if (mounted.status !== 0) context.skip('no file system can be mounted here');
    try {
      expect(() => writeFileSync(join(disk, 'filler'), 'x'.repeat(70_000))).toThrow('ENOSPC');
      const { code, stderr } = await fixture.run(`deploy --release v1 --store ${disk}/journal`);
      expect([code, stderr]).toEqual([1, expect.not.stringContaining('fault of deployctl')]);
    } finally {
      spawnSync('sh', ['-c', `umount ${disk}`]);
    }
  });
});

describe('a plug-in', () => {
  const SECRET = 'hunter2-hunter2-hunter2';
  const bring = (text: string) => {
    writeFileSync(join(fixture.folder, 'own.mjs'), text);
    fixture.configure({
      env: '{ A: { fromEnv: SHOP_SECRET } }',
      more: '} \nplugins: [./own.mjs]\nhistory: { keep: 9',
    });
    return fixture.run('deploy --release v1', { SHOP_SECRET: SECRET });
  };

  test('that throws a secret when it is loaded shows it nowhere', async () => {
    const { code, stderr } = await bring(`throw new Error(\`no \${process.env.SHOP_SECRET}\`);`);
    expect(code).toBe(2);
    expect(stderr).toContain('no [secret]');
    expect(stderr).not.toContain('hunter2');
  });
});

describe('of what lies in the folder where the command is typed', () => {
  const put = (name: string, text: string) => {
    mkdirSync(join(fixture.folder, '.config'), { recursive: true });
    writeFileSync(join(fixture.folder, name), text);
  };

  test('no code runs that the config does not name', async () => {
    put('.config/config.js', `require('node:fs').writeFileSync('ran', '');`);
    expect(await fixture.run('validate --release v1')).toMatchObject({ code: 0 });
    expect(existsSync(join(fixture.folder, 'ran'))).toBe(false);
  });

  test.each([
    ['package.json', '{'],
    ['.config/config.yaml', 'a: ['],
    ['.config/config.json', '{ "cosmiconfig": { "searchPlaces": ["other.yaml"] } }'],
  ])("%s is nobody's business, whatever it says", async (name, text) => {
    put(name, text);
    expect(await fixture.run('validate --release v1')).toMatchObject({ code: 0 });
  });
});

test('what was kept of a config and is damaged is found out anew', async () => {
  expect(await fixture.run('deploy --release v1')).toMatchObject({ code: 0 });
  expect(await fixture.run('status')).toMatchObject({ code: 0 });
  const cache = join(fixture.folder, 'state/deployctl/cache');
  const kept = readdirSync(cache).map((name) => join(cache, name));
  expect(kept).toHaveLength(1);
  for (const text of ['', '{"serv', 'null', '{"service":7}', '{"service":"shop","folder":"/"}']) {
    for (const file of kept) writeFileSync(file, text);
    expect(await fixture.run('status')).toMatchObject({ code: 0, stderr: '' });
  }
  const [file = ''] = kept;
  const [whole, wrong] = [readFileSync(file, 'utf8'), '"service":"another"'];
  writeFileSync(file, whole.replace('"service":"shop"', wrong));
  expect((await fixture.run('status')).stdout).toContain('another');
  chmodSync(file, 0o666);
  expect((await fixture.run('status')).stdout).toContain('shop');
});
