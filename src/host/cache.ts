import type { Cache } from '../cli/shell/composition.ts';
import type { Io } from '../cli/shell/io.ts';
import { systemRandom } from '../lib/random.ts';
import { stateHome } from '../lib/state-home.ts';

/** Where what is worth keeping lies, as the XDG rules say. */
export function stateFolder({ env }: Io): string {
  return stateHome(env);
}

/** Files that nobody misses: what cannot be read or written is found out anew. */
export function cacheIn(folder: string): Cache {
  // It says which service a rollback is about: what others may have written there says nothing.
  const inFolder = async <T>(make: boolean, work: (at: (name: string) => string) => Promise<T>) => {
    const { openPrivate } = await import('../lib/safe-files/private-folder.ts');
    const held = openPrivate(folder, { make });
    return work(held.at).finally(held.close);
  };
  return {
    get: (key) =>
      inFolder(false, async (at) => {
        const { readOwn } = await import('../lib/safe-files/own-file.ts');
        return readOwn(at(key));
      }).catch(() => null),
    put: (key, value) =>
      inFolder(true, async (at) => {
        const { rename, writeFile } = await import('node:fs/promises');
        const fresh = at(`${key}.${systemRandom.name(8)}`);
        await writeFile(fresh, value, { mode: 0o600, flag: 'wx' });
        await rename(fresh, at(key));
      }).catch(() => {}),
  };
}
