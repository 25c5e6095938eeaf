import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demandOwn } from '../../../providers/local/home/folder.ts';
import { AS_ROOT, giveAway, isRoot, STRANGER } from '../../helpers/stranger.ts';
import { LocalFixture } from './fixture.ts';

/** Exchanges a folder of his for a link to ours, over and over, for as long as he lives. */
const SWAPS = `
const { mkdirSync, renameSync, rmSync, symlinkSync } = require('node:fs');
const [folder, victim] = process.argv.slice(1);
process.chdir(folder);
mkdirSync('real', { mode: 0o700 });
symlinkSync(victim, 'link');
process.stdout.write('ready');
for (;;) {
  renameSync('real', 'home');
  renameSync('home', 'real');
  renameSync('link', 'home');
  renameSync('home', 'link');
}`;

describe.runIf(isRoot)(`a stranger who is quick ${AS_ROOT}`, () => {
  let folder: string;
  let swapper: ChildProcess | null = null;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'deployctl-race-'));
  });
  afterEach(async () => {
    // Until it is gone it goes on exchanging what is to be removed.
    if (swapper?.kill('SIGKILL')) await once(swapper, 'exit');
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['his', 'everybody’s'])(
    'never has what lies in a folder that is %s taken for ours, however often he exchanges it',
    async (whose) => {
      const victim = join(folder, 'victim');
      const shared = join(folder, 'shared');
      mkdirSync(victim, { mode: 0o755 });
      mkdirSync(shared, { mode: 0o755 });
      // As the folder for temporary files: everybody adds to it, nobody takes from it.
      chmodSync(folder, 0o755);
      if (whose === 'his') giveAway(shared);
      else chmodSync(shared, 0o1777);
      const words = ['-e', SWAPS, shared, victim];
      const child = spawn(process.execPath, words, { uid: STRANGER, gid: STRANGER });
      swapper = child;
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      let taken = 0;
      for (let n = 0; n < 3000; n++) {
        try {
          demandOwn(join(shared, 'home'), { make: false });
          if (existsSync(join(shared, 'home'))) taken++;
        } catch {
          // Refused, in whichever moment it was looked at.
        }
      }
      expect(child.exitCode).toBeNull();
      expect(statSync(victim).mode & 0o777).toBe(0o755);
      if (whose === 'his') expect(taken).toBe(0);
    },
  );
});

describe.runIf(isRoot)(`a stranger who was first ${AS_ROOT}`, () => {
  it('in the folder for temporary files keeps nobody from deploying', async () => {
    const squatted = [`deployctl-${process.getuid?.()}`, 'deployctl', '.deployctl']
      .map((name) => join(tmpdir(), name))
      .filter((path) => !existsSync(path));
    for (const path of squatted) mkdirSync(path, { mode: 0o700 });
    giveAway(...squatted);
    const fixture = await LocalFixture.open();
    try {
      await fixture.serve('v1', { replicas: 1 });
      expect((await fetch(await fixture.url())).status).toBe(200);
    } finally {
      await fixture.close();
      for (const path of squatted) rmSync(path, { recursive: true, force: true });
    }
  });
});
