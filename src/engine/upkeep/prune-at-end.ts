import { ProviderError, type Store } from '../../contract/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import { OVER } from '../../lib/linked-signal.ts';
import type { Session } from '../lock/session.ts';
import { emit } from '../world/world.ts';
import { isWorthPruning, prune } from './prune.ts';

/** How long the end of a deployment may wait for old ones to be pruned; the next one goes on with it. */
const PRUNE_AT_END_LIMIT_MS = 10_000;

/** Prunes what the plan does not keep. The deployment is over and recorded: nothing here can fail it. */
export async function tidy(session: Session): Promise<void> {
  const { world, state } = session;
  const { keep } = state.plan;
  if (!state.ended || keep === undefined) return;
  const over = new AbortController();
  const work = pruneOlder(session, keep, over.signal).catch(({ message }: Error) => message);
  const late = `it takes longer than ${formatDuration(PRUNE_AT_END_LIMIT_MS)}`;
  const patience = world.clock.sleep(PRUNE_AT_END_LIMIT_MS, over.signal).then(() => late);
  const why = await Promise.race([work, patience]);
  over.abort(OVER);
  if (why === null) return;
  const message = `Not all old deployments were pruned: ${why}. Try: deployctl prune`;
  emit(session, 'notice', { level: 'warning', message });
}

async function pruneOlder(
  { world, state, journal: { target } }: Session,
  keep: number,
  over: AbortSignal,
): Promise<null> {
  const log = { store: until(over, world.store), target };
  if (await isWorthPruning(log, { keep, epoch: state.epoch }))
    await prune(log, { keep, now: world.clock.wall() });
  return null;
}

/** A store that takes no more calls from then on: what goes on alone would keep the process alive. */
function until(over: AbortSignal, store: Store): Store {
  const call = async <T>(send: () => Promise<T>): Promise<T> => {
    if (over.aborted) throw new ProviderError('permanent', 'the time for it is over');
    return send();
  };
  return {
    ...store,
    get: (key) => call(() => store.get(key)),
    create: (key, value) => call(() => store.create(key, value)),
    put: (key, value) => call(() => store.put(key, value)),
    list: (prefix, after) => call(() => store.list(prefix, after)),
    remove: (key) => call(() => store.remove(key)),
  };
}
