import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** User and password, as a registry takes them: in base64. */
export type Login = string;

/** What `docker login` has left on this machine; programs that keep passwords are not asked. */
export async function loginFor(
  host: string,
  { DOCKER_CONFIG, HOME }: Readonly<Record<string, string | undefined>>,
): Promise<Login | null> {
  const folder = DOCKER_CONFIG ?? (HOME === undefined ? undefined : join(HOME, '.docker'));
  if (folder === undefined) return null;
  try {
    const { auths = {} } = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as {
      auths?: Readonly<Record<string, { readonly auth?: string }>>;
    };
    return (auths[host] ?? auths[`https://${host}`])?.auth ?? null;
  } catch {
    return null;
  }
}
