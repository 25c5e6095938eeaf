import type {
  Match,
  Operation,
  ReleaseId,
  Replace,
  Split,
  Verification,
} from '../../src/contract/index.ts';
import { disagreement, sameMatch, sharesOf } from './agreement.ts';
import { routed } from './change.ts';
import { type Desired, wantsNothing } from './desired.ts';
import type { ReplicaStatus, Status } from './messages.ts';
import { sameSplit } from './routing.ts';

const DONE: Verification = { state: 'done' };
const pending = (progress: string): Verification => ({ state: 'pending', progress });

/** Whether the keeper's state is what the operation asks for. */
export function read(operation: Operation, status: Status, key: string): Verification {
  const apart = disagreement(status.desired, operation, key);
  if (apart) return apart;
  switch (operation.kind) {
    case 'start':
      return running(status, operation.release.id);
    case 'scale':
      return running(status, operation.release);
    case 'route':
      return routedSo(status, operation.split, operation.match);
    case 'replace':
      return replaced(status, operation);
    case 'promote':
      return DONE;
    case 'retire':
      return retired(status, operation.release);
  }
}

/** What can be said while no keeper answers. `deserted`: nothing of the service runs. */
export function readAlone(
  operation: Operation,
  desired: Desired,
  { key, deserted }: { key: string; deserted: boolean },
): Verification {
  const apart = disagreement(desired, operation, key);
  if (apart) return apart;
  const gone = operation.kind === 'retire' && wantsNothing(desired) && deserted;
  return gone ? DONE : { state: 'pending', progress: 'no keeper runs', again: true };
}

function running(status: Status, id: ReleaseId): Verification {
  const failure = status.failures[id];
  if (failure) return { state: 'failed', ...failure };
  const count = status.desired.releases[id]?.count ?? 0;
  const own = replicasOf(status, id);
  const ready = readyIn(own);
  if (ready === count && own.length === count && isServed(status)) return DONE;
  return pending(`${ready} of ${count} ready${troubleOf(own)}`);
}

const replicasOf = ({ replicas }: Status, id: ReleaseId) =>
  replicas.filter(({ release }) => release === id);

const readyIn = (replicas: readonly ReplicaStatus[]) =>
  replicas.filter(({ state }) => state === 'ready').length;

function troubleOf(replicas: readonly ReplicaStatus[]): string {
  const note = replicas.find((replica) => replica.note)?.note;
  return note ? `: ${note}` : '';
}

/** The edge knows of it, unless there is none and nobody needs one. */
const isServed = ({ applied, edge, desired }: Status) =>
  applied !== null || (!edge && wantsNothing(desired));

function routedSo({ applied, replicas }: Status, split: Split, match: Match | null): Verification {
  if (!applied) return pending('waiting for the edge');
  if (!sameSplit(applied.split, split) || !sameMatch(applied.match, match))
    return pending('the edge still routes as before');
  const dry = routed(split).find(
    (id) => !replicas.some(({ release, state }) => release === id && state === 'ready'),
  );
  return dry ? pending(`no replica of ${dry} is ready`) : DONE;
}

function replaced(status: Status, operation: Replace): Verification {
  const { release, from, replaced: fresh, of } = operation;
  const failure = status.failures[release.id];
  if (failure && fresh > 0) return { state: 'failed', ...failure };
  const young = replicasOf(status, release.id);
  const old = replicasOf(status, from.id);
  const here = [readyIn(young), young.length, readyIn(old), old.length];
  const still = String(here) === String([fresh, fresh, of - fresh, of - fresh]);
  const { applied } = status;
  if (still && applied && sameSplit(applied.split, sharesOf(operation))) return DONE;
  const words = `${readyIn(young)} new and ${readyIn(old)} old of ${of} ready`;
  return pending(words + troubleOf([...young, ...old]));
}

function retired(status: Status, id: ReleaseId): Verification {
  const left = replicasOf(status, id);
  if (left.length > 0) {
    const draining = left.some(({ state }) => state === 'draining');
    return pending(`${left.length} still ${draining ? 'draining' : 'stopping'}`);
  }
  return isServed(status) ? DONE : pending('waiting for the edge');
}
