import { spawnSync } from 'node:child_process';
import { readOrNull } from '../../src/lib/process-life.ts';

const OWN_PROCESSES = ['unshare', '--pid', '--fork', '--mount-proc', '--uts', '--kill-child'];

/** Whether this user may make one: mostly root alone. */
export const canContain =
  spawnSync(OWN_PROCESSES[0] as string, [...OWN_PROCESSES.slice(1), 'true']).status === 0;

/** What a command line is put behind to run on what looks like another machine of this name. */
export function containerNamed(host: string): readonly string[] {
  return [...OWN_PROCESSES, 'sh', '-c', 'hostname "$0" && exec "$@"', host];
}

/** The process in such a container, by its number outside; the process itself where it is in none. */
export function innermost(pid: number): number {
  const child = readOrNull(`/proc/${pid}/task/${pid}/children`)?.trim().split(' ')[0];
  return child ? innermost(Number(child)) : pid;
}

/** A machine that says of itself that it is this one, with all the files of the machine here. */
export function machineWithId(id: string): readonly string[] {
  const own = `printf "$0" > /run/deployctl-id-$$ && mount --bind /run/deployctl-id-$$ /etc/machine-id && rm /run/deployctl-id-$$ && exec "$@"`;
  return ['unshare', '--mount', 'sh', '-c', own, id];
}
