import type {
  Observation,
  ReleaseId,
  Split,
  Start,
  Step,
  Verification,
} from '../../contract/index.ts';
import type { Session } from '../lock/session.ts';
import { bounded } from '../world/call-limit.ts';
import { backoff } from '../world/patient-store.ts';
import { contextOf } from './apply-context.ts';
import { isDenied } from './denied-credentials.ts';

export const unlistedWords = (id: ReleaseId): string => `the platform does not list ${id}`;
/** What a person has to do about it. */
export const LOOK_THERE = 'see there whether it runs, then resume';

/**
 * On the way back: releases that the list leaves out, and that the platform shows to be up when it is
 * asked for them by name. That is a reading, too, and the one that an operation is believed by.
 */
export async function upByName(
  session: Session,
  { split, seen, tries = 1 }: { split: Split; seen: Observation; tries?: number },
  signal: AbortSignal,
): Promise<ReadonlySet<ReleaseId>> {
  const known = new Set<ReleaseId>();
  for (const step of session.state.course) {
    const { action } = step;
    if (action.kind !== 'start' || !(split[action.release.id] ?? 0)) continue;
    if (seen.releases.some(({ id }) => id === action.release.id)) continue;
    const read = await startReadBack(session, { step, start: action, tries }, signal);
    if (read?.state === 'done') known.add(action.release.id);
  }
  return known;
}

/** A question that fails is no answer. */
async function startReadBack(
  session: Session,
  { step, start, tries }: { step: Step; start: Start; tries: number },
  signal: AbortSignal,
): Promise<Verification | null> {
  const { world } = session;
  const ask = (waiting: AbortSignal) =>
    world.provider.verify(start, contextOf(session, step, { signal: waiting }));
  for (let tried = 1; ; tried++) {
    try {
      return await bounded(world, ask, { what: 'verify', signal });
    } catch (error) {
      if (isDenied(error)) throw error;
      if (tried >= tries || signal.aborted) return null;
      await world.clock.sleep(backoff(world, tried), signal);
    }
  }
}
