import { readFileSync } from 'node:fs';
import { bootId, startTime } from '../../../src/lib/process-life.ts';
import { writeDurably } from './durable-file.ts';
import { edgeRecord } from './folder.ts';

interface EdgeRecord {
  readonly pid: number;
  readonly started: string | null;
  /** Start times are counted from it. */
  readonly boot: string | null;
}

export function recordEdge(home: string, pid: number): void {
  const record: EdgeRecord = { pid, started: startTime(pid), boot: bootId() };
  writeDurably(edgeRecord(home), JSON.stringify(record));
}

/** The edge that was last started here, if it still runs. */
export function livingEdge(home: string): EdgeRecord | null {
  try {
    const record = JSON.parse(readFileSync(edgeRecord(home), 'utf8')) as EdgeRecord;
    const { pid, started, boot } = record;
    return started !== null && boot === bootId() && startTime(pid) === started ? record : null;
  } catch {
    return null;
  }
}

export function edgeIsAlive(home: string): boolean {
  return livingEdge(home) !== null;
}
