import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where state is kept, as the XDG rules say: a path that is not absolute counts as none. It would be
 * another place in every folder, and what is kept there would hold nobody back.
 */
export function stateHome(env: Readonly<Record<string, string | undefined>>): string {
  const { XDG_STATE_HOME: state, HOME: home } = env;
  if (state && isAbsolute(state)) return state;
  return join(home && isAbsolute(home) ? home : homeOfUser(), '.local', 'state');
}

function homeOfUser(): string {
  try {
    return userInfo().homedir;
  } catch {
    return homedir();
  }
}
