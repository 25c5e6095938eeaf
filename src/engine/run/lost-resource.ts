import type { Operation, Step, Verification } from '../../contract/index.ts';
import type { Session } from '../lock/session.ts';
import { bounded } from '../world/call-limit.ts';
import { contextOf } from './apply-context.ts';
import { isDenied } from './denied-credentials.ts';
import { timingOf } from './timing.ts';

type Lost = Extract<Verification, { state: 'diverged' }> & { readonly lost: true };

export const isLost = (seen: Verification): seen is Lost =>
  seen.state === 'diverged' && seen.lost === true;

/** So often it has to be missing, one look after the other: any of them that finds it, or fails, ends that. */
const LOOKS = 3;

/**
 * What the platform says is gone for good, in words for people, once it has been looked for often enough
 * that no single reading of a platform whose readings differ ends anything; null where it is not gone.
 */
export async function lostForGood(
  session: Session,
  { first, look }: { readonly first: Verification; readonly look: () => Promise<Verification> },
  signal: AbortSignal,
): Promise<string | null> {
  const { clock, pace } = session.world;
  let seen = first;
  for (let looks = 1; isLost(seen); looks++) {
    if (looks === LOOKS) return lostWords(seen);
    const { readLag, poll } = timingOf(session);
    await clock.sleep(Math.max(pace.verifyLongest, readLag, poll), signal);
    if (signal.aborted) return null;
    seen = await look();
  }
  return null;
}

export const lostWords = ({ found }: Lost): string =>
  typeof found === 'string' ? found : JSON.stringify(found);

/** The same of an operation that is not sent yet. A look that fails tells nothing. */
export async function lostBefore(
  session: Session,
  { step, operation }: { readonly step: Step; readonly operation: Operation },
  signal: AbortSignal,
): Promise<string | null> {
  const { world } = session;
  const ask = (waiting: AbortSignal) =>
    world.provider.verify(operation, contextOf(session, step, { signal: waiting }));
  const look = () =>
    bounded(world, ask, { what: 'verify', signal }).catch((error: unknown) => {
      if (isDenied(error)) throw error;
      return { state: 'pending' as const, progress: (error as Error).message };
    });
  return lostForGood(session, { first: await look(), look }, signal);
}
