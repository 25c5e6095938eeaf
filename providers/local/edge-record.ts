import { readFileSync } from 'node:fs';
import { edgeRecord } from './folder.ts';
import { startTime } from '../../src/lib/process-life.ts';

interface EdgeRecord {
  readonly pid: number;
  readonly started: string | null;
}

/** The edge that was last started here, if it still runs. */
export function livingEdge(home: string): EdgeRecord | null {
  try {
    const record = JSON.parse(readFileSync(edgeRecord(home), 'utf8')) as EdgeRecord;
    return record.started !== null && startTime(record.pid) === record.started ? record : null;
  } catch {
    return null;
  }
}

export function edgeIsAlive(home: string): boolean {
  return livingEdge(home) !== null;
}
