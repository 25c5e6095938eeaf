import { mkdirSync, readlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Flaw, UnsafePath } from './flaw.ts';
import { type Foothold, stepTo } from './foothold.ts';
import { isShared, isTrusted } from './owners.ts';

/** As many as the kernel follows. */
const MOST_LINKS = 40;

/** Others may add to a folder with this bit, but neither rename nor remove what is not theirs. */
const STICKY = 0o1000;

export interface Manner {
  /** Folders that are not there are made, for us alone. */
  readonly make?: boolean;
  /** By paths, as where the system knows no paths through descriptors. */
  readonly plain?: boolean;
}

/**
 * Goes down from `/` to the path, from one held folder to the next, and throws `UnsafePath` at the
 * first step that somebody else than we and root could have made or could exchange. What lies there
 * is still held when it returns. Links of ours and of root are followed and looked at in the same way.
 */
export function descend(path: string, { make = false, plain = false }: Manner = {}): Foothold {
  let here = stepTo('/', null, plain);
  const ahead = resolve(path).split('/').filter(Boolean);
  let links = 0;
  try {
    for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
      demandFolder(here);
      const next = stepDescent(here, name, { make, plain });
      if (!next.entry.isSymbolicLink()) {
        here.close();
        here = next;
        continue;
      }
      const target = resolve(here.path, readlinkSync(here.at(name)));
      next.close();
      if (++links > MOST_LINKS) throw Object.assign(new Error(`too many links: ${path}`), ELOOP);
      ahead.unshift(...target.split('/').filter(Boolean));
      const root = stepTo('/', null, plain);
      here.close();
      here = root;
    }
    return here;
  } catch (error) {
    here.close();
    throw error;
  }
}

const ELOOP = { code: 'ELOOP' };

function stepDescent(here: Foothold, name: string, { make, plain }: Manner): Foothold {
  const path = join(here.path, name);
  const look = () => {
    const next = stepTo(path, here, plain);
    if (isTrusted(next.entry.uid)) return next;
    next.close();
    throw unsafe('foreign', next);
  };
  try {
    return look();
  } catch (error) {
    if (!make || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    makeFolder(here.at(name));
    return look();
  }
}

/** Somebody else may be quicker, and is looked at then. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** One in which nobody else can exchange what we find there. */
function demandFolder(here: Foothold): void {
  const { entry } = here;
  if (!entry.isDirectory()) throw unsafe('no folder', here);
  if (isShared(entry) && (entry.mode & STICKY) === 0) throw unsafe('shared', here);
}

export function unsafe(kind: Flaw['kind'], { path, entry }: Foothold): UnsafePath {
  return new UnsafePath({ path, kind, uid: entry.uid });
}

/** What is wrong with the way to a path; null where nothing is, as far as anything is there. */
export function flawOnWay(path: string): Flaw | null {
  return flawIn(dirname(resolve(path)), demandFolder);
}

/** The same with what lies there, and with where it leads if it is a link. */
export function flawAt(path: string): Flaw | null {
  return flawIn(path, demandUnshared);
}

function demandUnshared(found: Foothold): void {
  if (isShared(found.entry)) throw unsafe('shared', found);
}

function flawIn(path: string, demand: (found: Foothold) => void): Flaw | null {
  try {
    const found = descend(path);
    try {
      demand(found);
    } finally {
      found.close();
    }
    return null;
  } catch (error) {
    if (error instanceof UnsafePath) return error.flaw;
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
