import { hostname, userInfo } from 'node:os';
import type { Cache, Machine } from './cli/shell/composition.ts';
import type { Io } from './cli/shell/io.ts';
import type { Holder } from './contract/index.ts';
import { bootId, processNamespace, runs, startTime } from './lib/process-life.ts';
import { systemRandom } from './lib/random.ts';
import { stateHome } from './lib/state-home.ts';

/** Where what is worth keeping lies, as the XDG rules say. */
export function stateFolder({ env }: Io): string {
  return stateHome(env);
}

/**
 * Who this is, and what can be proven about other holders from here: nothing about those on another
 * machine or in another container. A name of a host proves nothing, many are called `localhost`.
 */
export function thisMachine({ env }: Pick<Io, 'env'>): Machine {
  const boot = bootId();
  const namespace = processNamespace();
  const holder = {
    actor: {
      name: env.GITHUB_ACTOR || env.GITLAB_USER_LOGIN || userName(),
      host: hostname(),
      url: runUrl(env),
    },
    host: hostname(),
    bootId: boot ?? hostname(),
    ...(namespace === null ? {} : { namespace }),
    pid: process.pid,
    started: startTime(process.pid) ?? '',
  };
  // A copy of a running virtual machine has all of it but, mostly, the name.
  const among = (other: Holder) =>
    boot !== null &&
    namespace !== null &&
    other.bootId === boot &&
    other.namespace === namespace &&
    other.host === holder.host;
  return {
    holder,
    provenDead: (other) => among(other) && runs(other) === false,
    provenAlive: (other) => among(other) && runs(other) === true,
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}

function runUrl(env: Io['env']): string | null {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: run,
    CI_JOB_URL: job,
  } = env;
  if (server && repository && run) return `${server}/${repository}/actions/runs/${run}`;
  return job || null;
}

/** Files that nobody misses: what cannot be read or written is found out anew. */
export function cacheIn(folder: string): Cache {
  // It says which service a rollback is about: what others may have written there says nothing.
  const inFolder = async <T>(make: boolean, work: (at: (name: string) => string) => Promise<T>) => {
    const { openPrivate } = await import('./lib/safe-files/private-folder.ts');
    const held = openPrivate(folder, { make });
    return work(held.at).finally(held.close);
  };
  return {
    get: (key) =>
      inFolder(false, async (at) => {
        const { readOwn } = await import('./lib/safe-files/own-file.ts');
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
