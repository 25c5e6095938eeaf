import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FolderView } from '../../contract/index.ts';

const DEPTH = 3;
const VIEWED_FILES_MAX = 2000;
const VIEWED_FILE_MAX_BYTES = 256 * 1024;
const SKIPPED = new Set(['node_modules', '.git', 'dist', 'build', 'vendor', 'target']);

/** A folder as the detection of services sees it: nearby files, the big and the built left out. */
export function folderView(folder: string): FolderView {
  const files: string[] = [];
  collect(folder, { prefix: '', depth: DEPTH }, files);
  return { files, read: (path) => readText(join(folder, path)) };
}

function collect(
  folder: string,
  { prefix, depth }: { prefix: string; depth: number },
  files: string[],
): void {
  for (const entry of entriesOf(join(folder, prefix))) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (files.length >= VIEWED_FILES_MAX) return;
    if (entry.isFile()) files.push(path);
    else if (entry.isDirectory() && depth > 1 && !SKIPPED.has(entry.name))
      collect(folder, { prefix: path, depth: depth - 1 }, files);
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').slice(0, VIEWED_FILE_MAX_BYTES);
  } catch {
    return null;
  }
}
