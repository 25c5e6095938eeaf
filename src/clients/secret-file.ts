import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { systemClock } from '../lib/clock.ts';

/** Ms: as long as a command that prints a secret may take. */
const SECRET_FILE_LIMIT_MS = 10_000;
const SECRET_FILE_LOOK_INTERVAL_MS = 20;
/** Bytes: no secret is longer, and a device may have no end. */
const SECRET_MAX_BYTES = 1024 * 1024;

/** Never waits for whoever would write into a pipe: such a wait cannot be ended. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

/** What a file says; also a pipe, where somebody writes into it in time. */
export async function secretFile(path: string, within = SECRET_FILE_LIMIT_MS): Promise<string> {
  const file = await open(path, READ);
  try {
    const kind = await file.stat();
    return kind.isFile()
      ? await file.readFile('utf8')
      : await secretFileStreamed(file, within, kind.isFIFO());
  } finally {
    await file.close();
  }
}

async function secretFileStreamed(
  file: FileHandle,
  within: number,
  isPipe: boolean,
): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for (const until = systemClock.monotonic() + within; ; ) {
    const part = await secretFileNextOf(file);
    size += part?.length ?? 0;
    if (size > SECRET_MAX_BYTES) throw new Error(`more than ${SECRET_MAX_BYTES} bytes`);
    if (part?.length) parts.push(part);
    // Nothing yet is no end: who writes into a pipe may come later.
    else if (part && (size > 0 || !isPipe)) return Buffer.concat(parts).toString('utf8');
    if (systemClock.monotonic() > until) throw new Error(`no end of it within ${within} ms`);
    if (!part?.length) await systemClock.sleep(SECRET_FILE_LOOK_INTERVAL_MS);
  }
}

/** Null where nothing is there now; empty at the end. */
async function secretFileNextOf(file: FileHandle): Promise<Buffer | null> {
  try {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(64 * 1024) });
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
    throw error;
  }
}
