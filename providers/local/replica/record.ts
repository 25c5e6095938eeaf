import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseId } from '../../../src/contract/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { readOrNull } from '../../../src/lib/process-life.ts';
import { writeDurably } from '../home/durable-file.ts';
import { releaseFolder, replicaFiles } from '../home/folder.ts';
import {
  findByToken,
  killRest,
  type ProcessMark,
  processIdentityIsSame,
  signalGroup,
  stillRuns,
} from '../machine/process-identity.ts';

/** Written before a replica is spawned, completed after: no crash leaves one that nobody knows. */
export interface ReplicaRecord {
  readonly release: ReleaseId;
  readonly n: number;
  readonly port: number;
  readonly restarts: number;
  readonly token: string;
  /** Ms it has between SIGTERM and SIGKILL. */
  readonly kill: number;
  readonly pid: number | null;
  readonly started: string | null;
}

const recordFileOf = (home: string, { release, n }: Pick<ReplicaRecord, 'release' | 'n'>) =>
  join(releaseFolder(home, release), `replica-${n}.json`);

export function writeRecord(home: string, record: ReplicaRecord): void {
  writeDurably(recordFileOf(home, record), JSON.stringify(record));
}

export function removeRecord(home: string, record: Pick<ReplicaRecord, 'release' | 'n'>): void {
  rmSync(recordFileOf(home, record), { force: true });
}

interface Survivor {
  readonly record: ReplicaRecord;
  readonly mark: ProcessMark;
}

/** The processes of a former keeper that surely are what its records say. */
export function survivors(home: string): Survivor[] {
  return replicaFiles(home, 'json').flatMap(({ path }) => survivorIn(path) ?? []);
}

/** The same, for a keeper: records of nothing are dropped. */
export function takeSurvivors(home: string): Survivor[] {
  return replicaFiles(home, 'json').flatMap(({ path }) => {
    const survivor = survivorIn(path);
    if (!survivor) rmSync(path, { force: true });
    return survivor ?? [];
  });
}

function survivorIn(path: string): Survivor | null {
  const text = readOrNull(path);
  if (text === null) return null;
  const record = JSON.parse(text) as ReplicaRecord;
  const mark = markOf(record);
  return mark && { record, mark };
}

function markOf({ pid, started, token }: ReplicaRecord): ProcessMark | null {
  if (pid === null || started === null) return findByToken(token);
  const mark = { pid, started, token };
  return processIdentityIsSame(mark) ? mark : null;
}

/** Ends a process of a release that nobody wants any more. */
export async function endStray(
  home: string,
  record: ReplicaRecord,
  mark: ProcessMark,
): Promise<void> {
  signalGroup(mark, 'SIGTERM');
  for (let waited = 0; stillRuns(mark); waited += 50) {
    if (waited >= record.kill) signalGroup(mark, 'SIGKILL');
    await systemClock.sleep(50);
  }
  killRest(mark);
  removeRecord(home, record);
}
