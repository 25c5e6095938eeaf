import { readdirSync } from 'node:fs';
import { readOrNull, startTime } from '../../../src/lib/process-life.ts';

/** Names one process for good: a pid alone is used again. */
export interface ProcessMark {
  readonly pid: number;
  /** Start time in kernel ticks since the boot. */
  readonly started: string;
  /** In its environment since it was spawned. */
  readonly token: string;
}

const TOKEN = 'DEPLOYCTL_TOKEN';

export function processIdentityIsSame(mark: ProcessMark): boolean {
  return startTime(mark.pid) === mark.started && hasToken(mark.pid, mark.token);
}

/** For watching a process already known to be ours: one small read. */
export function stillRuns(mark: ProcessMark): boolean {
  return startTime(mark.pid) === mark.started;
}

/** The process that leads a group and carries this token: found when its pid was never written down. */
export function findByToken(token: string): ProcessMark | null {
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || !hasToken(pid, token) || processIdentityGroupOf(pid) !== pid)
      continue;
    const started = startTime(pid);
    if (started) return { pid, started, token };
  }
  return null;
}

function hasToken(pid: number, token: string): boolean {
  return readOrNull(`/proc/${pid}/environ`)?.split('\0').includes(`${TOKEN}=${token}`) ?? false;
}

function processIdentityGroupOf(pid: number): number {
  const stat = readOrNull(`/proc/${pid}/stat`) ?? '';
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}

/** Signals the whole group of a process that is surely ours. False when there is nothing left. */
export function signalGroup(mark: ProcessMark, signal: NodeJS.Signals): boolean {
  if (!stillRuns(mark)) return false;
  try {
    process.kill(-mark.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** What a dead leader left behind in its group, told by its token: the group's number alone may be used again. */
export function killRest({ pid, token }: ProcessMark): void {
  for (const name of readdirSync('/proc')) {
    const member = Number(name);
    if (
      !Number.isInteger(member) ||
      processIdentityGroupOf(member) !== pid ||
      !hasToken(member, token)
    )
      continue;
    try {
      process.kill(member, 'SIGKILL');
    } catch {
      // Gone by itself.
    }
  }
}
