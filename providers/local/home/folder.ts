import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { JsonObject, Surroundings } from '../../../src/contract/index.ts';
import { UnsafePath } from '../../../src/lib/safe-files/flaw.ts';
import { openPrivate } from '../../../src/lib/safe-files/private-folder.ts';
import type { SocketPlace } from '../../../src/lib/safe-files/private-socket.ts';
import { stateHome } from '../../../src/lib/state-home.ts';
import type { LocalConnection } from '../settings.ts';
import { notOwnError } from './errors.ts';

/** Where everything about a service on this machine is kept. No name has an @, so no two share it. */
export function homeOf({
  service,
  environment,
  env,
}: Pick<Surroundings, 'service' | 'environment' | 'env'>): string {
  return join(
    stateHome(env),
    'deployctl',
    'local',
    environment ? `${service}@${environment}` : service,
  );
}

/** Told by `ps`: what it is, and whose. */
export function folderTitleOf(program: string, home: string): string {
  return `deployctl-${program} ${basename(home).replace('@', ' ')}`;
}

/**
 * Nothing is read there, run from there or sent there unless nobody else can have had a hand in it.
 * From then on its path may be used: nobody but this user and root can change where it leads.
 */
export function demandOwn(home: string, { make }: { make: boolean }): void {
  try {
    openPrivate(home, { make }).close();
  } catch (error) {
    if (error instanceof UnsafePath) throw notOwnError(home, error);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || make) throw error;
  }
}

/** As `connection` of this provider has written it. */
export const localConnectionOf = (connection: JsonObject) =>
  connection as unknown as LocalConnection;

export const keeperLog = (home: string) => join(home, 'keeper.log');
export const edgeLog = (home: string) => join(home, 'edge.log');
export const edgeRecord = (home: string) => join(home, 'edge.json');
const releasesFolder = (home: string) => join(home, 'releases');
export const releaseFolder = (home: string, id: string) => join(home, 'releases', id);
/** Files of every replica there ever was, by the ending of their names. */
export function replicaFiles(
  home: string,
  ending: 'log' | 'json',
): { release: string; n: number; path: string }[] {
  return folderNamesIn(releasesFolder(home)).flatMap((release) =>
    folderNamesIn(releaseFolder(home, release)).flatMap((name) => {
      const [, n, kind] = /^replica-(\d+)\.(log|json)$/.exec(name) ?? [];
      return kind === ending
        ? [{ release, n: Number(n), path: join(releaseFolder(home, release), name) }]
        : [];
    }),
  );
}

function folderNamesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

export const replicaLog = (home: string, id: string, n: number) =>
  join(releaseFolder(home, id), `replica-${n}.log`);

export const controlSocket = (home: string): SocketPlace => ({
  folder: home,
  name: 'control.sock',
});
