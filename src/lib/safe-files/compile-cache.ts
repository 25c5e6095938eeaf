import { join } from 'node:path';
import { cacheHome } from '../state-home.ts';
import { openPrivate } from './private-folder.ts';

/**
 * Where Node may keep what it compiled: it runs what it finds there, so the folder is one that only
 * this user can write to. Null where there is none.
 */
export function compileCache(env: Readonly<Record<string, string | undefined>>): string | null {
  const folder = join(cacheHome(env), 'deployctl', 'compiled');
  try {
    openPrivate(folder, { make: true }).close();
    return folder;
  } catch {
    return null;
  }
}
