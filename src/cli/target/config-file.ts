import { access, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isEndless } from '../../config/source/file-kind.ts';
import { PLACES } from '../../config/source/find.ts';

/**
 * Where the config of a folder stands, found as the loader finds it but without its libraries;
 * null where there is none.
 */
export async function configFile(folder: string): Promise<string | null> {
  for (let current = resolve(folder); ; current = dirname(current)) {
    for (const place of PLACES) {
      const file = join(current, place);
      if (await isConfig(file)) return file;
    }
    const isTop = current === homedir() || current === dirname(current);
    if (isTop || (await exists(join(current, '.git')))) return null;
  }
}

async function isConfig(file: string): Promise<boolean> {
  if (!file.endsWith('package.json') || (await isEndless(file))) return exists(file);
  try {
    return JSON.parse((await readFile(file, 'utf8')).replace(/^\ufeff/, '')).deploy !== undefined;
  } catch {
    return false;
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
