import type {
  Json,
  Match,
  Operation,
  ReleaseId,
  Split,
  Verification,
} from '../../src/contract/index.ts';
import { hashOf } from '../../src/lib/canonical.ts';
import { routed, unitsOf } from './change.ts';
import type { Status } from './messages.ts';
import { sameSplit } from './routing.ts';

const DONE: Verification = { state: 'done' };
const pending = (progress: string): Verification => ({ state: 'pending', progress });

/**
 * Whether the keeper's state is what the operation asks for. `asked`: this process has sent it, so
 * traffic that is decided by something else now was decided by somebody else.
 */
export function read(operation: Operation, status: Status, asked: boolean): Verification {
  switch (operation.kind) {
    case 'start':
      return running(status, operation.release.id, unitsOf(operation.release, operation.capacity));
    case 'scale': {
      const wanted = status.desired.releases[operation.release];
      if (!wanted) return pending(`${operation.release} is not here`);
      return running(status, operation.release, unitsOf(wanted.release, operation.capacity));
    }
    case 'route':
      return (
        strange(status, operation, asked) ?? routedSo(status, operation.split, operation.match)
      );
    case 'replace':
      return strange(status, operation, asked) ?? replaced(status, operation);
    case 'promote':
      return status.desired.live === operation.release ? DONE : pending('not recorded yet');
    case 'retire':
      return retired(status, operation.release);
  }
}

function running(status: Status, id: ReleaseId, count: number): Verification {
  const wanted = status.desired.releases[id];
  if (wanted?.count !== count) return pending('not asked for yet');
  const failure = status.failures[id];
  if (failure) return { state: 'failed', ...failure };
  const own = status.replicas.filter(({ release }) => release === id);
  const ready = own.filter(({ state }) => state === 'ready').length;
  const confirmed = status.applied !== null;
  if (ready === count && own.length === count && confirmed) return DONE;
  const note = own.find((replica) => replica.note)?.note;
  return pending(`${ready} of ${count} ready${note ? `: ${note}` : ''}`);
}

function strange(status: Status, operation: Operation, asked: boolean): Verification | null {
  const { desired } = status;
  const ours = desired.traffic === hashOf(operation);
  if (!ours && !asked) return alreadySo(status, operation) ? null : pending('not asked for yet');
  const same = ours && (operation.kind !== 'route' || sameSplit(desired.split, operation.split));
  if (same || alreadySo(status, operation)) return null;
  const expected =
    operation.kind === 'route' ? operation.split : `${operation.kind} ${operation.release}`;
  return {
    state: 'diverged',
    expected: expected as Json,
    found: desired.replacing ? { ...desired.replacing } : desired.split,
  };
}

/** Somebody else asked for the very same. */
function alreadySo({ desired }: Status, operation: Operation): boolean {
  return (
    operation.kind === 'route' &&
    !desired.replacing &&
    sameSplit(desired.split, operation.split) &&
    sameMatch(desired.match, operation.match)
  );
}

function routedSo({ applied, replicas }: Status, split: Split, match: Match | null): Verification {
  if (!applied) return pending('waiting for the edge');
  if (!sameSplit(applied.split, split) || !sameMatch(applied.match, match))
    return pending('the edge still routes as before');
  const dry = routed(split).find(
    (id) => !replicas.some(({ release, state }) => release === id && state === 'ready'),
  );
  return dry ? pending(`no replica of ${dry} is ready`) : DONE;
}

function replaced(
  status: Status,
  { release, from, replaced: fresh, of }: Extract<Operation, { kind: 'replace' }>,
): Verification {
  const failure = status.failures[release.id];
  if (failure && fresh > 0) return { state: 'failed', ...failure };
  const count = (id: ReleaseId) => status.replicas.filter((replica) => replica.release === id);
  const ready = (id: ReleaseId) => count(id).filter(({ state }) => state === 'ready').length;
  const share = (100 * fresh) / of;
  const settled = [
    [release.id, fresh],
    [from.id, of - fresh],
  ] as const;
  const still = settled.every(
    ([id, wanted]) => ready(id) === wanted && count(id).length === wanted,
  );
  const split = { [release.id]: share, [from.id]: 100 - share };
  if (still && status.applied && sameSplit(status.applied.split, split)) return DONE;
  return pending(`${ready(release.id)} new and ${ready(from.id)} old of ${of} ready`);
}

function retired({ desired, replicas, applied }: Status, id: ReleaseId): Verification {
  if (desired.releases[id]) return pending('not asked for yet');
  const left = replicas.filter(({ release }) => release === id);
  if (left.length > 0)
    return pending(
      `${left.length} still ${left.some(({ state }) => state === 'draining') ? 'draining' : 'stopping'}`,
    );
  return applied ? DONE : pending('waiting for the edge');
}

function sameMatch(a: Match | null, b: Match | null): boolean {
  return hashOf(a) === hashOf(b);
}
