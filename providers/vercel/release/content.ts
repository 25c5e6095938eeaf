import { createHash } from 'node:crypto';
import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';
import { setImmediate as others } from 'node:timers/promises';

const PART_BYTES = 64 * 1024;
/** Buffers that are free: each reading holds one, so that ten thousand files take no more than a few. */
const free: Buffer[] = [];

/**
 * What a file is for Vercel, part by part: of a link, where it leads to. Each part is overwritten by
 * the next one. A part is read at once: each promise of a reading would outlive the part itself.
 */
export function* partsOf(path: string, mode: number): Generator<Buffer, void> {
  if ((mode & TYPE) === LINK_MODE) return yield Buffer.from(readlinkSync(path));
  const file = openSync(path, 'r');
  const part = free.pop() ?? Buffer.allocUnsafeSlow(PART_BYTES);
  try {
    for (;;) {
      const bytes = readSync(file, part, 0, PART_BYTES, null);
      if (bytes === 0) return;
      yield part.subarray(0, bytes);
    }
  } finally {
    free.push(part);
    closeSync(file);
  }
}

/** Bytes that are hashed before others have their turn. */
const TURN_BYTES = 4 * 1024 * 1024;
let hashed = 0;

/** Of what is read, so many bytes with this SHA-1. */
export async function measured(parts: Iterable<Buffer>): Promise<{ sha: string; size: number }> {
  const hash = createHash('sha1');
  let size = 0;
  for (const part of parts) {
    hash.update(part);
    size += part.length;
    hashed += part.length;
    if (hashed < TURN_BYTES) continue;
    hashed = 0;
    await others();
  }
  return { sha: hash.digest('hex'), size };
}

const TYPE = 0o170000;
const LINK_MODE = 0o120000;
