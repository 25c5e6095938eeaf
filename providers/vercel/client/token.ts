import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeployError, type OpenMeans, Secret } from '../../../src/contract/index.ts';
import type { VercelConnection } from '../connection.ts';

const VARIABLE = 'VERCEL_TOKEN';

/** What the config refers to, else the variable, else what `vercel login` has left. */
export async function tokenFor(
  { token, folder }: Pick<VercelConnection, 'token' | 'folder'>,
  { env, readSecret }: Pick<OpenMeans, 'env' | 'readSecret'>,
): Promise<Secret> {
  const reference = token ?? (env[VARIABLE] ? { fromEnv: VARIABLE } : null);
  if (reference) {
    return readSecret(reference, folder).catch((error: Error) => {
      throw missing(error.message);
    });
  }
  for (const path of loginFiles(env)) {
    const found = await loggedIn(path);
    if (found) return found;
  }
  throw missing(`${VARIABLE} is not set, and there is no login here with \`vercel login\`.`);
}

function missing(why: string): DeployError {
  return new DeployError('could-not-run', {
    message: 'There is no token for Vercel.',
    why,
    state: 'Nothing was touched.',
    next: ['vercel login', `or set ${VARIABLE} to a token of your account`],
  });
}

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

async function loggedIn(path: string): Promise<Secret | null> {
  try {
    const { token } = JSON.parse(await readFile(path, 'utf8')) as { token?: unknown };
    return typeof token === 'string' && token !== '' ? new Secret(token) : null;
  } catch {
    return null;
  }
}
