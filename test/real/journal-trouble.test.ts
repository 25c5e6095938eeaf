import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { builtBinary } from './built.ts';
import { type Ran, RealFixture } from './fixture.ts';

const run = promisify(execFile);
const mayMount = await run('unshare', ['--mount', 'true']).then(
  () => true,
  () => false,
);

/** A user without an account, as in many a container. */
const SOMEBODY = 54_321;
const AS_SOMEBODY = ['setpriv', `--reuid=${SOMEBODY}`, `--regid=${SOMEBODY}`, '--clear-groups'];
/** Whether we can become that user, who then needs the libraries that are installed here. */
const isReadable = await run(AS_SOMEBODY[0] as string, [
  ...AS_SOMEBODY.slice(1),
  'test',
  '-r',
  resolve(import.meta.dirname, '../../node_modules/commander/package.json'),
]).then(
  () => true,
  () => false,
);
const NO_TRAFFIC = ['--set', 'gates.errors.advisory=true'];

let fixture: RealFixture;
beforeEach(async () => {
  fixture = await RealFixture.make();
});

const deploy = (version: string) => ['deploy', '--release', version, ...NO_TRAFFIC];
const told = ({ code, stdout, stderr }: Ran) => [code, `${stdout}${stderr}`];

describe.skipIf(!isReadable)(
  'another user’s journal (skipped: not root, or in a private folder)',
  () => {
    beforeEach(async () => {
      // What is tested here is a copy that only its maker may enter.
      await chmod(resolve(builtBinary(), '../..'), 0o755);
      await chown(fixture.folder, SOMEBODY, SOMEBODY);
      await chown(join(fixture.folder, 'deploy.config.yaml'), SOMEBODY, SOMEBODY);
      const first = await fixture.startBehind(AS_SOMEBODY, ...deploy('v1')).ended;
      expect(first.code, first.stderr).toBe(0);
    });
    afterEach(async () => {
      expect(await fixture.startBehind(AS_SOMEBODY, 'down', '--yes').ended).toMatchObject({
        code: 0,
      });
      await rm(fixture.folder, { recursive: true, force: true });
    });

    test('is for that user only, and root is told whose it is, not how to take it', async () => {
      const journal = join(fixture.folder, 'state/deployctl/journal');
      for (const name of await readdir(journal, { recursive: true })) {
        const entry = await stat(join(journal, name));
        expect([entry.uid, entry.mode & 0o077], name).toEqual([SOMEBODY, 0]);
      }
      for (const args of [['status'], ['history'], ['rollback'], deploy('v2')]) {
        const named = ['--config', join(fixture.folder, 'deploy.config.yaml')];
        const [code, text] = told(await fixture.run(...args, ...named));
        // The first folder on the way down that is theirs.
        expect(text).toContain(`${fixture.folder} belongs to another user (uid ${SOMEBODY})`);
        expect(text).toContain(`sudo -H -u '#${SOMEBODY}' deployctl status`);
        expect(text).not.toContain('chown');
        expect(code).toBe(1);
      }
    });
  },
);

describe.skipIf(!mayMount)('a journal on a small disk (skipped: none may be mounted here)', () => {
  let disk: string;
  beforeEach(async () => {
    disk = join(fixture.folder, 'disk');
    await mkdir(disk);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=0700', 'tmpfs', disk]);
    expect(await fixture.run(...deploy('v1'), ...onDisk())).toMatchObject({ code: 0 });
  });
  afterEach(async () => {
    await run('umount', ['--lazy', disk]);
    await fixture.remove();
  });

  const onDisk = () => ['--store', join(disk, 'journal')];

  /** A deployment during which something happens to its disk, once the traffic moves. */
  async function deployAndMeanwhile(happens: () => Promise<unknown>): Promise<Ran> {
    const deployment = fixture.start(...deploy('v2'), '--output', 'json', ...onDisk());
    await Promise.race([deployment.when(({ type }) => type === 'routed'), deployment.ended]);
    await happens();
    return deployment.ended;
  }

  /** Refused for as long as somebody is writing a file. */
  async function remount(mode: 'ro' | 'rw'): Promise<void> {
    for (let tries = 1; ; tries++) {
      const error = await run('mount', ['-o', `remount,${mode}`, disk]).then(
        () => null,
        (reason: unknown) => reason,
      );
      if (error === null) return;
      if (tries === 300) throw error;
      await pause(20);
    }
  }

  const TROUBLE: readonly [string, () => Promise<unknown>, () => Promise<unknown>, string][] = [
    [
      'that is full',
      () => writeFile(join(disk, 'filler'), Buffer.alloc(600_000)).catch(() => {}),
      () => rm(join(disk, 'filler')),
      'the disk is full',
    ],
    ['that is read-only', () => remount('ro'), () => remount('rw'), 'the file system is read-only'],
  ];

  test.each(TROUBLE)('%s stops the deployment, which goes on afterwards', async (...row) => {
    const [, happens, ends, words] = row;
    const [code, text] = told(await deployAndMeanwhile(happens));
    expect(text).toContain(words);
    expect(text).toContain('Nothing is changed without a record of it');
    expect(code).toBe(1);
    expect(await fixture.run('status', ...onDisk())).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Unfinished deployment'),
    });
    await ends();
    expect(await fixture.run('resume', ...onDisk())).toMatchObject({ code: 0 });
    expect((await fixture.run('doctor', ...onDisk())).stdout).toContain('chain intact');
  });

  test('where files may not grow is refused before anything is deployed', async () => {
    const limited = ['prlimit', '--fsize=4096'];
    const refused = await fixture.startBehind(limited, ...deploy('v2'), ...onDisk()).ended;
    const [code, text] = told(refused);
    expect(text).toContain('cannot keep a journal: the value is larger than a file may be');
    expect(text).toContain('Nothing was deployed.');
    expect(code).toBe(1);
    expect((await fixture.run('doctor', ...onDisk())).stdout).toContain('chain intact');
  });
});
