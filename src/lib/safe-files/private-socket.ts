import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, type Server, type Socket } from 'node:net';
import { basename, join } from 'node:path';
import { type Manner, unsafe } from './descent.ts';
import { type Foothold, stepTo } from './foothold.ts';
import { isMine } from './owners.ts';
import { openPrivate } from './private-folder.ts';

/** The kernel's limit for the path of a unix socket, less its closing zero; macOS has the smaller one. */
const SOCKET_PATH_MAX_BYTES = process.platform === 'linux' ? 107 : 103;

export interface SocketPlace {
  readonly folder: string;
  readonly name: string;
  readonly manner?: Manner;
}

/**
 * Connects to a socket in a folder that only this user can enter. Whoever listens there is this user
 * or root, which is all that the credentials of a peer would prove; it throws before a byte is sent.
 */
export function connectPrivate(place: SocketPlace, signal?: AbortSignal): Socket {
  const held = folderOf(place, theOneInUse);
  try {
    const path = held.at(place.name);
    const socket = stepTo(join(held.path, place.name), held, place.manner?.plain);
    socket.close();
    if (!isMine(socket.entry.uid)) throw unsafe('foreign', socket);
    return connect({ path, ...(signal && { signal }) }).once('close', () => held.close());
  } catch (error) {
    held.close();
    throw error;
  }
}

export interface PrivateSocketDoor {
  /** Whether it is still found by its name. */
  isThere(): boolean;
  /** Nobody finds it from now on. */
  remove(): void;
}

/** Listens where `connectPrivate` looks, in place of whatever lies there. */
export async function listenPrivate(
  server: Server,
  place: SocketPlace,
): Promise<PrivateSocketDoor> {
  const held = folderOf(place, aNewOne);
  const path = join(held.path, place.name);
  server.once('close', () => held.close());
  rmSync(held.at(place.name), { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(held.at(place.name), resolve);
  });
  chmodSync(held.at(place.name), 0o600);
  return {
    isThere: () => existsSync(path),
    remove: () => {
      rmSync(path, { force: true });
      rmSync(privateSocketNoteOf(place), { force: true });
      if (basename(held.path).startsWith(ELSEWHERE)) rmSync(held.path, FORCED);
    },
  };
}

const FORCED = { recursive: true, force: true };

/** Its own folder, or another private one where the path would be too long for a socket. */
function folderOf(place: SocketPlace, elsewhere: (place: SocketPlace) => string): Foothold {
  const held = openPrivate(place.folder, place.manner);
  if (Buffer.byteLength(held.at(place.name)) <= SOCKET_PATH_MAX_BYTES) return held;
  held.close();
  return openPrivate(elsewhere(place), place.manner);
}

/** Says which other folder it is. Nobody else can foresee its name, so nobody can be there first. */
const privateSocketNoteOf = ({ folder, name }: SocketPlace) => join(folder, `${name}.at`);

const theOneInUse = (place: SocketPlace) => readFileSync(privateSocketNoteOf(place), 'utf8');

/** No folder of ours that is kept has such a name. */
const ELSEWHERE = '.deployctl-socket-';

function aNewOne(place: SocketPlace): string {
  const folder = mkdtempSync(join(realpathSync('/tmp'), ELSEWHERE));
  writeFileSync(privateSocketNoteOf(place), folder, { mode: 0o600 });
  return folder;
}
