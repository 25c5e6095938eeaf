import { chmodSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Surroundings } from '../../src/contract/index.ts';
import { sha256 } from '../../src/lib/canonical.ts';
import { stateHome } from '../../src/lib/state-home.ts';

/** The kernel's limit for the path of a unix socket, less its closing zero. */
const LONGEST_SOCKET = 107;

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
export function titleOf(program: string, home: string): string {
  return `deployctl-${program} ${basename(home).replace('@', ' ')}`;
}

export function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Root could take it over, and would run what somebody else wrote there.
  if (statSync(folder).uid !== userId()) throw new Error(`${folder} belongs to somebody else`);
  chmodSync(folder, 0o700);
}

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
  return namesIn(releasesFolder(home)).flatMap((release) =>
    namesIn(releaseFolder(home, release)).flatMap((name) => {
      const [, n, kind] = /^replica-(\d+)\.(log|json)$/.exec(name) ?? [];
      return kind === ending
        ? [{ release, n: Number(n), path: join(releaseFolder(home, release), name) }]
        : [];
    }),
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

export const replicaLog = (home: string, id: string, n: number) =>
  join(releaseFolder(home, id), `replica-${n}.log`);

/** Not by name: in a container there may be none. */
const userId = () => process.geteuid?.() ?? -1;

/** A hash in a private folder of the temporary files when the home's own path is too long. */
export function socketPath(home: string): string {
  const path = join(home, 'control.sock');
  if (Buffer.byteLength(path) <= LONGEST_SOCKET) return path;
  return join(runtimeFolder(), `${sha256(home).slice(0, 24)}.sock`);
}

/**
 * Private, and without anything that would be missed. The same for every caller: what an environment
 * names for such files differs between a terminal, a CI job and cron.
 */
function runtimeFolder(): string {
  const folder = join('/tmp', `deployctl-${userId()}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== userId()) {
    throw new Error(`${folder} belongs to somebody else`);
  }
  chmodSync(folder, 0o700);
  return folder;
}

/** Only the kernel releases it, and only when the keeper is dead: an abstract socket as a lock. */
export const lockName = (home: string) =>
  `\0deployctl-keeper-${userId()}-${sha256(home).slice(0, 32)}`;
