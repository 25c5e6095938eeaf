import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import {
  DEFAULT_PACE,
  type DeploymentState,
  listTargets,
  readState,
} from '../../../src/engine/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { readOrNull } from '../../../src/lib/process-life.ts';
import { systemRandom } from '../../../src/lib/random.ts';
import { createFileStore } from '../../../stores/file/index.ts';

/** The newest deployment of the one service in this journal, read without the command line. */
export async function newestIn(journal: string): Promise<DeploymentState | null> {
  const store = createFileStore(journal);
  const [target] = await listTargets(store);
  const reading = { clock: systemClock, random: systemRandom, store, pace: DEFAULT_PACE };
  return target ? readState(reading, target.id) : null;
}

export interface Census {
  readonly keeper: number;
  readonly edge: number;
  readonly service: number;
  /** The command line, and whatever else there should not be. */
  readonly other: number;
}

const KINDS = [
  ['keeper', 'deployctl-keeper'],
  ['edge', 'deployctl-edge'],
  ['service', 'service.js'],
] as const;

/** All processes that run in this folder, whoever knows of them. */
export function censusOf(folder: string): Census {
  const census = { keeper: 0, edge: 0, service: 0, other: 0 };
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!runsIn(pid, folder)) continue;
    const line = readOrNull(`/proc/${pid}/cmdline`) ?? '';
    census[KINDS.find(([, word]) => line.includes(word))?.[0] ?? 'other'] += 1;
  }
  return census;
}

function runsIn(pid: string, folder: string): boolean {
  try {
    return `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${folder}/`);
  } catch {
    return false;
  }
}

/** How often each release was started, as the service itself wrote it down and took it back. */
export function startsIn(file: string): ReadonlyMap<string, number> {
  const starts = new Map<string, number>();
  for (const line of (readOrNull(file) ?? '').split('\n').filter(Boolean)) {
    const [release, one] = line.startsWith('-') ? [line.slice(1), -1] : [line, 1];
    starts.set(release, (starts.get(release) ?? 0) + one);
  }
  return starts;
}

export const journalOf = (folder: string) => join(folder, 'state/deployctl/journal');
