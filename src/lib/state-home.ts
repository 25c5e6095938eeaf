import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where state is kept, as the XDG rules say: a path that is not absolute counts as none. It would be
 * another place in every folder, and what is kept there would hold nobody back.
 */
export function stateHome(env: Readonly<Record<string, string | undefined>>): string {
  return stateHomePlaceOf(env.XDG_STATE_HOME, env.HOME, ['.local', 'state']);
}

/** Where that is kept which nobody would miss. */
export function cacheHome(env: Readonly<Record<string, string | undefined>>): string {
  return stateHomePlaceOf(env.XDG_CACHE_HOME, env.HOME, ['.cache']);
}

/** Where a user's settings are kept. */
export function configHome(env: Readonly<Record<string, string | undefined>>): string {
  return stateHomePlaceOf(env.XDG_CONFIG_HOME, env.HOME, ['.config']);
}

function stateHomePlaceOf(
  named: string | undefined,
  home: string | undefined,
  usual: readonly string[],
): string {
  if (named && isAbsolute(named)) return named;
  return join(home && isAbsolute(home) ? home : homeOfUser(), ...usual);
}

function homeOfUser(): string {
  try {
    return userInfo().homedir;
  } catch {
    return homedir();
  }
}
