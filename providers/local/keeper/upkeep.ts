import type { ReleaseId } from '../../../src/contract/index.ts';
import { edgeLog, keeperLog } from '../home/folder.ts';
import { capLog } from '../home/log-file.ts';
import type { Failure, Status } from '../home/messages.ts';
import type { Replica } from '../replica/replica.ts';

/** What keeper and edge write themselves: only what must not happen. */
const OWN_LOG = 1_000_000;

export function capLogs(home: string, replicas: readonly Replica[]): void {
  for (const replica of replicas) capLog(replica.log, replica.maxLogSize);
  for (const log of [keeperLog(home), edgeLog(home)]) capLog(log, OWN_LOG);
}

export function failuresOf(replicas: readonly Replica[]): Status['failures'] {
  const failures: Record<ReleaseId, Failure> = {};
  for (const { failure, leaving, release } of replicas)
    if (failure && !leaving) failures[release] ??= failure;
  return failures;
}
