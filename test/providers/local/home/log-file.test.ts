import { constants } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { logs } from '../../../../providers/local/client/logs.ts';
import { capLog, readFrom, sizeOf } from '../../../../providers/local/home/log-file.ts';
import { until } from '../fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deployctl-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a log above its cap', () => {
  test('is copied and emptied', () => {
    const log = join(folder, 'a.log');
    writeFileSync(log, 'x'.repeat(100));
    capLog(log, 50);
    expect([sizeOf(log), readFileSync(`${log}.1`, 'utf8').length]).toEqual([0, 100]);
  });

  test('is emptied also where there is no room for the copy, of which nothing is left', (context) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
    if (mounted.status !== 0) context.skip('no file system can be mounted here');
    try {
      const log = join(disk, 'a.log');
      writeFileSync(log, 'x'.repeat(200_000));
      capLog(log, 100_000);
      expect([sizeOf(log), existsSync(`${log}.1`)]).toEqual([0, false]);
      appendFileSync(log, 'goes on');
      expect(readFileSync(log, 'utf8')).toBe('goes on');
    } finally {
      spawnSync('umount', ['--lazy', disk]);
    }
  });

  test('is emptied whatever stands in the place of its copy', () => {
    const log = join(folder, 'a.log');
    mkdirSync(`${log}.1/full`, { recursive: true });
    writeFileSync(log, 'x'.repeat(100));
    capLog(log, 50);
    expect(sizeOf(log)).toBe(0);
  });
});

/** By one long line of zeros that take no room on the disk, and a short one. */
function grow(log: string, size: number): void {
  const file = openSync(log, 'r+');
  ftruncateSync(file, size);
  writeSync(file, '\nthe end\n', size);
  closeSync(file);
}

test('a log that is longer than a string can be is read in pieces, up to its very end', () => {
  const log = join(folder, 'a.log');
  writeFileSync(log, '');
  grow(log, constants.MAX_STRING_LENGTH + 1);
  const size = sizeOf(log);
  expect(size).toBeGreaterThan(constants.MAX_STRING_LENGTH);
  const most = 4 * 1024 * 1024;
  for (const offset of [0, most, size - 2 * most]) {
    const piece = readFrom(log, offset);
    expect([piece.offset, piece.end]).toEqual([offset + piece.bytes.length, false]);
    expect(piece.bytes.length).toBeGreaterThan(0);
    expect(piece.bytes.length).toBeLessThan(most);
  }
  const last = readFrom(log, size - 8);
  expect(last).toEqual({ bytes: Buffer.from('the end\n'), offset: size, end: true });
});

describe('logs that are followed', () => {
  /** Reads on until the last line is seen; how many characters there were, and the most at once. */
  async function follow(write: (log: string) => void) {
    const release = join(folder, 'releases/v1');
    mkdirSync(release, { recursive: true });
    const log = join(release, 'replica-1.log');
    writeFileSync(log, '');
    const over = new AbortController();
    const seen = { length: 0, longest: 0, last: '' };
    const following = logs(
      { home: folder },
      { follow: true, lines: 0, signal: over.signal },
      ({ text }) => {
        seen.length += text.length;
        seen.longest = Math.max(seen.longest, text.length);
        seen.last = text;
      },
    );
    write(log);
    await until('the last line', () => seen.last.endsWith('the end'), 60_000);
    over.abort();
    await following;
    return seen;
  }

  test('may grow by more between two looks than is read at once', async () => {
    const size = 24 * 1024 * 1024;
    const { length, longest } = await follow((log) => grow(log, size));
    expect(length).toBe(size + 'the end'.length);
    expect(longest).toBeLessThan(4 * 1024 * 1024);
  });

  test('show each sign whole, wherever a read ends', async () => {
    const line = '€'.repeat(700_000);
    const { length } = await follow((log) => appendFileSync(log, `${line}\nthe end\n`));
    expect(length).toBe(line.length + 'the end'.length);
  });
});
