import { DeployError, type JournalRecord, type Store } from '../contract/index.ts';
import { listDeployments, readChapterSince } from '../engine/index.ts';

/** Reads every record of a target's log, and whether each follows from the one before. */
export async function readWholeLog(
  store: Store,
  target: string,
): Promise<{ count: number; at: number }> {
  let count = 0;
  let at = 0;
  let later: JournalRecord | null = null;
  for await (const { first, last } of listDeployments(store, target)) {
    const records = await readChapterSince(store, target, first.seq, first.seq);
    if (records.at(-1)?.seq !== last.seq) throw broken(target, first.seq + records.length);
    for (const record of records.toReversed()) {
      if (later && later.prev !== record.hash) throw broken(target, later.seq);
      later = record;
      at = Math.max(at, record.at);
    }
    count += records.length;
  }
  return { count, at };
}

function broken(target: string, seq: number): DeployError {
  return new DeployError('journal-damaged', {
    message: `Record ${seq} of the log of ${target} does not follow from the one before it.`,
  });
}
