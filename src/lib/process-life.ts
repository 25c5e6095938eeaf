import { readFileSync, readlinkSync } from 'node:fs';

/** Null for a process that is gone, or only waits to be reaped. */
export function startTime(pid: number): string | null {
  return processStandingOf(pid)?.started ?? null;
}

/**
 * Whether that process still runs; null when this cannot be seen. A mount with `hidepid` shows the
 * processes of others as if they were gone, so only the kernel's own word counts for that.
 */
export function runs({ pid, started }: { pid: number; started: string }): boolean | null {
  if (!Number.isSafeInteger(pid) || pid < 1) return null;
  const standing = processStandingOf(pid);
  if (standing) return standing.started === started;
  return processLifeExists(pid) ? null : false;
}

/** Null when nothing can be read about it; without a start time, it has ended. */
function processStandingOf(pid: number): { started: string | null } | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name in brackets may contain anything, so fields are counted after its last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { started: fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null) };
}

function processLifeExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Changes with every boot: a pid of an earlier one says nothing. */
export function bootId(): string | null {
  return readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

/**
 * Names the processes among which a pid and a start time mean one: a container counts its own, and
 * may count time anew. Null where `/proc` shows other processes than ours.
 */
export function processNamespace(): string | null {
  const ours = /^NSpid:\t(\d+)$/m.exec(readOrNull('/proc/self/status') ?? '')?.[1];
  if (ours !== String(process.pid)) return null;
  const pids = linkOrNull('/proc/self/ns/pid');
  return pids && [pids, linkOrNull('/proc/self/ns/time')].filter(Boolean).join(' ');
}

function linkOrNull(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

export function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
