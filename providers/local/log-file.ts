import {
  closeSync,
  copyFileSync,
  fstatSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
} from 'node:fs';

/**
 * Keeps a log below its cap. Its writer holds the file itself, so that it may outlive the keeper;
 * therefore the text is copied away and the same file emptied.
 */
export function capLog(path: string, maxSize: number): void {
  if (sizeOf(path) <= maxSize) return;
  copyFileSync(path, `${path}.1`);
  truncateSync(path, 0);
}

export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
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

/** What was appended since `offset`; starts over when the file was emptied meanwhile. */
export function readFrom(path: string, offset: number): { text: string; offset: number } {
  const size = sizeOf(path);
  const from = size < offset ? 0 : offset;
  if (size === from) return { text: '', offset: from };
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(size - from);
    const read = readSync(file, buffer, 0, buffer.length, from);
    return { text: buffer.toString('utf8', 0, read), offset: from + read };
  } finally {
    closeSync(file);
  }
}
