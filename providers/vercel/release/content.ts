import { createHash } from 'node:crypto';
import { open, readlink } from 'node:fs/promises';

const PART_BYTES = 64 * 1024;
/** Buffers that are free: each reading holds one, so that ten thousand files take no more than a few. */
const free: Buffer[] = [];

/**
 * What a file is for Vercel, part by part: of a link, where it leads to. Each part is overwritten by
 * the next one.
 */
export async function* partsOf(path: string, mode: number): AsyncGenerator<Buffer, void> {
  if ((mode & TYPE) === LINK_MODE) return yield Buffer.from(await readlink(path));
  const handle = await open(path);
  const part = free.pop() ?? Buffer.allocUnsafeSlow(PART_BYTES);
  try {
    for (;;) {
      const { bytesRead } = await handle.read(part, 0, PART_BYTES);
      if (bytesRead === 0) return;
      yield part.subarray(0, bytesRead);
    }
  } finally {
    free.push(part);
    await handle.close();
  }
}

/** Of what is read, so many bytes with this SHA-1. */
export async function measured(
  parts: AsyncIterable<Buffer>,
): Promise<{ sha: string; size: number }> {
  const hash = createHash('sha1');
  let size = 0;
  for await (const part of parts) {
    hash.update(part);
    size += part.length;
  }
  return { sha: hash.digest('hex'), size };
}

const TYPE = 0o170000;
const LINK_MODE = 0o120000;
