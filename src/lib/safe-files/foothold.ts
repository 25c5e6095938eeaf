import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';

/** Linux only, and not among Node's constants: opens what may only be passed through, and links themselves. */
const O_PATH = 0o10000000;
const FOLDER_ONLY_FLAGS = O_PATH | constants.O_NOFOLLOW;

const hasDescriptors = process.platform === 'linux' && existsSync('/proc/self/fd');

/** One entry of a file system, held so that what is found below it cannot be exchanged meanwhile. */
export interface Foothold {
  /** As people name it. */
  readonly path: string;
  readonly entry: Stats;
  /** Leads to a name in this very folder, wherever it is moved or whatever takes its place. */
  at(name: string): string;
  close(): void;
}

/** What lies there; throws where nothing does. Never through a link. */
export function stepTo(path: string, below: Foothold | null, plain = false): Foothold {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const way = below && name !== '' ? below.at(name) : path;
  return hasDescriptors && !plain ? footholdHeld(path, way) : footholdNamed(path, way);
}

function footholdHeld(path: string, way: string): Foothold {
  const file = openSync(way, FOLDER_ONLY_FLAGS);
  try {
    return {
      path,
      entry: fstatSync(file),
      at: (name) => `/proc/self/fd/${file}/${name}`,
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Where no path leads through a descriptor, only the owners of all folders above keep it as it is. */
function footholdNamed(path: string, way: string): Foothold {
  return { path, entry: lstatSync(way), at: (name) => join(path, name), close: () => {} };
}
