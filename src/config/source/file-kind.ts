import { stat } from 'node:fs/promises';
import { MOST_BYTES } from './limits.ts';

/**
 * What stands by a name. Only a file may be opened: whoever reads a pipe waits for a writer, and a
 * device may have no end.
 */
export type FileStanding = 'file' | 'large file' | 'folder' | 'pipe or device';

/** Throws where nothing can be seen there. */
export async function fileStandingOf(path: string): Promise<FileStanding> {
  const entry = await stat(path);
  if (entry.isDirectory()) return 'folder';
  if (!entry.isFile()) return 'pipe or device';
  return entry.size > MOST_BYTES ? 'large file' : 'file';
}

/** Whether a text may be read from there that is small enough for a config. */
export async function isConfigFile(path: string): Promise<boolean> {
  return (await fileStandingOf(path).catch(() => null)) === 'file';
}

/** Whether opening it would wait for somebody, or never end. */
export async function isEndless(path: string): Promise<boolean> {
  return (await fileStandingOf(path).catch(() => null)) === 'pipe or device';
}
