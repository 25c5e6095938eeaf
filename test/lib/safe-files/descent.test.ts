import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { descend, flawOnWay } from '../../../src/lib/safe-files/descent.ts';
import { openPrivate } from '../../../src/lib/safe-files/private-folder.ts';
import { AS_ROOT, giveAway, isRoot, STRANGER } from '../../helpers/stranger.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(realpathSync(tmpdir()), 'deployctl-safe-'));
  mkdirSync(join(root, 'a/b/c'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const openDescriptors = () => readdirSync('/proc/self/fd').length;

/** By descriptors, as on Linux, and by paths, as elsewhere. */
describe.each([{ plain: false }, { plain: true }])('a folder on the way, plain: $plain', (how) => {
  const open = (path: string) => openPrivate(join(root, path), { ...how, make: true }).close();

  it('is fine where it is ours or root’s, and nobody else writes there', () => {
    expect(() => open('a/b/c')).not.toThrow();
  });

  it.each([0o777, 0o757, 0o707])('that everybody writes to is refused: %o', (mode) => {
    chmodSync(join(root, 'a'), mode);
    expect(() => open('a/b/c')).toThrow(`${root}/a can be written by other users`);
  });

  it('that everybody may add to but not take away from is fine for what is ours', () => {
    chmodSync(join(root, 'a'), 0o1777);
    expect(() => open('a/b/c')).not.toThrow();
  });

  it('that is a file is refused', () => {
    writeFileSync(join(root, 'a/file'), '');
    expect(() => open('a/file/c')).toThrow(`${root}/a/file is a file where a folder should be`);
  });

  it.runIf(isRoot)(`of another user is refused ${AS_ROOT}`, () => {
    giveAway(join(root, 'a'));
    expect(() => open('a/b/c')).toThrow(`${root}/a belongs to another user (uid ${STRANGER})`);
  });

  it.runIf(isRoot)(`is refused below one that everybody may add to ${AS_ROOT}`, () => {
    chmodSync(join(root, 'a'), 0o1777);
    giveAway(join(root, 'a/b'));
    expect(() => open('a/b/c')).toThrow(`${root}/a/b belongs to another user`);
  });

  it.runIf(isRoot)(`that another group writes to is refused ${AS_ROOT}`, () => {
    giveAway(join(root, 'a'));
    lchownSync(join(root, 'a'), 0, STRANGER);
    chmodSync(join(root, 'a'), 0o775);
    expect(() => open('a/b/c')).toThrow(`${root}/a can be written by other users`);
  });

  it('is fine with the group that has the number of its owner', () => {
    chmodSync(join(root, 'a'), 0o775);
    const { uid, gid } = statSync(join(root, 'a'));
    if (uid === gid) expect(() => open('a/b/c')).not.toThrow();
  });

  it('may be a link of our own, which is looked at as well', () => {
    symlinkSync(join(root, 'a/b'), join(root, 'way'));
    expect(() => open('way/c')).not.toThrow();
    chmodSync(join(root, 'a'), 0o777);
    expect(() => open('way/c')).toThrow(`${root}/a can be written by other users`);
  });

  it.runIf(isRoot)(`is refused as a link of another user ${AS_ROOT}`, () => {
    symlinkSync('a/b', join(root, 'way'));
    lchownSync(join(root, 'way'), STRANGER, STRANGER);
    expect(() => open('way/c')).toThrow(`${root}/way belongs to another user`);
  });

  it('that leads in a circle ends', () => {
    symlinkSync('two', join(root, 'one'));
    symlinkSync('one', join(root, 'two'));
    expect(() => open('one/c')).toThrow(/too many links/);
  });

  it('is made for us alone, and only where all above it is safe', () => {
    open('a/new/deep');
    expect(statSync(join(root, 'a/new')).mode & 0o777).toBe(0o700);
    chmodSync(join(root, 'a'), 0o777);
    expect(() => open('a/more/deep')).toThrow(/can be written by other users/);
    expect(existsSync(join(root, 'a/more'))).toBe(false);
  });

  it('leaves no descriptor open, whether it is fine or not', () => {
    const before = openDescriptors();
    open('a/b/c');
    chmodSync(join(root, 'a'), 0o777);
    expect(() => open('a/b/c')).toThrow();
    expect(() => openPrivate(join(root, 'missing/c'), how)).toThrow(/ENOENT/);
    expect(openDescriptors()).toBe(before);
  });
});

describe('a folder of one’s own', () => {
  it('is closed to others who could only read it', () => {
    const path = join(root, 'a/b/c');
    chmodSync(path, 0o755);
    openPrivate(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('is refused, and left as it is, where others could have written', () => {
    const path = join(root, 'a/b/c');
    chmodSync(path, 0o777);
    expect(() => openPrivate(path)).toThrow(`${path} can be written by other users`);
    expect(statSync(path).mode & 0o777).toBe(0o777);
  });

  it.runIf(process.platform === 'linux')(
    'is the one that was looked at, whatever takes its place',
    () => {
      const folder = openPrivate(join(root, 'a/b/c'));
      renameSync(join(root, 'a/b/c'), join(root, 'a/b/moved'));
      mkdirSync(join(root, 'a/b/c'));
      writeFileSync(folder.at('mark'), '');
      folder.close();
      expect(readdirSync(join(root, 'a/b/moved'))).toEqual(['mark']);
      expect(readdirSync(join(root, 'a/b/c'))).toEqual([]);
    },
  );
});

it('what is not there yet has no flaw, as far as the way to it is safe', () => {
  expect(flawOnWay(join(root, 'nothing/at/all'))).toBeNull();
  chmodSync(join(root, 'a'), 0o777);
  expect(flawOnWay(join(root, 'a/nothing'))).toMatchObject({ kind: 'shared' });
  expect(() => descend(join(root, 'nothing/here'))).toThrow(/ENOENT/);
});
