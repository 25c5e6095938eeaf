import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { openPrivate } from '../../../src/lib/safe-files/private-folder.ts';

/** Replaces a file so that a crash at any moment leaves the old one or the new one, never a mixture. */
export function writeDurably(path: string, text: string): void {
  const folder = openPrivate(dirname(path), { make: true });
  try {
    const temporary = folder.at(`${basename(path)}.${process.pid}.tmp`);
    const file = openSync(temporary, 'w', 0o600);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, folder.at(basename(path)));
    syncFolder(folder.at('.'));
  } finally {
    folder.close();
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
