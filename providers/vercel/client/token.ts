import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpenMeans, Secret } from '../../../src/contract/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { VercelConnection } from '../connection.ts';
import { loginExpired, tokenMissing } from '../errors.ts';

const VARIABLE = 'VERCEL_TOKEN';

/** What the config refers to, else the variable, else what `vercel login` has left. */
export async function tokenFor(
  { token, folder }: Pick<VercelConnection, 'token' | 'folder'>,
  { env, readSecret }: Pick<OpenMeans, 'env' | 'readSecret'>,
): Promise<Secret> {
  const reference = token ?? (env[VARIABLE] ? { fromEnv: VARIABLE } : null);
  if (reference) {
    return readSecret(reference, folder).catch((error: Error) => {
      throw tokenMissing(error.message);
    });
  }
  for (const path of loginFiles(env)) {
    const found = await loggedIn(path);
    if (found && isOver(found)) throw loginExpired(path);
    if (found) return new Secret(found.token);
  }
  throw tokenMissing(`${VARIABLE} is not set, and there is no login here with \`vercel login\`.`);
}

/** Its own command line renews a login whenever it is used. */
const isOver = ({ expiresAt }: Login) =>
  expiresAt !== null && expiresAt * 1000 <= systemClock.wall();

/** Where Vercel's own command line keeps its login, by platform. */
function loginFiles(env: OpenMeans['env']): readonly string[] {
  const { XDG_DATA_HOME, HOME, APPDATA } = env;
  const roots = [
    XDG_DATA_HOME,
    HOME && join(HOME, '.local', 'share'),
    HOME && join(HOME, 'Library', 'Application Support'),
    APPDATA,
  ];
  return roots.flatMap((root) => (root ? [join(root, 'com.vercel.cli', 'auth.json')] : []));
}

interface Login {
  readonly token: string;
  /** In seconds; a login of before these ended says none. */
  readonly expiresAt: number | null;
}

async function loggedIn(path: string): Promise<Login | null> {
  try {
    const { token, expiresAt } = JSON.parse(await readFile(path, 'utf8')) as Record<
      string,
      unknown
    >;
    if (typeof token !== 'string' || token === '') return null;
    return { token, expiresAt: typeof expiresAt === 'number' ? expiresAt : null };
  } catch {
    return null;
  }
}
