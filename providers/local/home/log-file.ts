import {
  closeSync,
  copyFileSync,
  fstatSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';

/**
 * Keeps a log below its cap. Its writer holds the file itself, so that it may outlive the keeper;
 * therefore the text is copied away and the same file emptied. Emptied also where there is no room
 * for the copy: the log may be what fills the disk.
 */
export function capLog(path: string, maxSize: number): void {
  if (sizeOf(path) <= maxSize) return;
  const copy = `${path}.1`;
  try {
    rmSync(copy, { force: true });
    copyFileSync(path, copy);
  } catch {
    rmSync(copy, { recursive: true, force: true });
  }
  truncateSync(path, 0);
}

export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

export function lastWrite(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

const LARGEST_TAIL = 256 * 1024;

/** The last lines, the ones before the cap included; empty when there is no log. */
export function tail(path: string, lines: number): string[] {
  const here = readEnd(path);
  const before = here.length < lines ? readEnd(`${path}.1`) : [];
  return [...before, ...here].slice(-lines);
}

function readEnd(path: string): string[] {
  if (sizeOf(path) === 0) return [];
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, LARGEST_TAIL));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').replace(/\n$/, '').split('\n');
  } finally {
    closeSync(file);
  }
}

/** Bytes that are read at once: a log may grow by more than a string can hold. */
const LARGEST_READ = 1024 * 1024;

/**
 * What was appended since `offset`, as far as one read goes; starts over when the file was emptied
 * meanwhile. `end` says that nothing more is there now.
 */
export function readFrom(
  path: string,
  offset: number,
): { bytes: Buffer; offset: number; end: boolean } {
  const size = sizeOf(path);
  const from = size < offset ? 0 : offset;
  if (size === from) return { bytes: Buffer.alloc(0), offset: from, end: true };
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(size - from, LARGEST_READ));
    const read = readSync(file, buffer, 0, buffer.length, from);
    return { bytes: buffer.subarray(0, read), offset: from + read, end: from + read >= size };
  } finally {
    closeSync(file);
  }
}
