import { readFileSync } from 'node:fs';

/** Null for a process that is gone, or only waits to be reaped. */
export function startTime(pid: number): string | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  // The name in brackets may contain anything, so fields are counted after its last bracket.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}

/** Changes with every boot: a pid of an earlier one says nothing. */
export function bootId(): string | null {
  return readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

export function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
