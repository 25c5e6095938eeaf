import { enableCompileCache } from 'node:module';
import { compileCache } from '../lib/safe-files/compile-cache.ts';

/**
 * Loaded before all else. Node would keep what it compiles in a folder that every user shares, and
 * run what anybody put there first.
 */
export function keepCompiled(env: Readonly<Record<string, string | undefined>>): void {
  const folder = compileCache(env);
  if (folder !== null) enableCompileCache(folder);
}
