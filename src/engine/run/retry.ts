import type { Operation } from '../../contract/index.ts';
import type { Session } from '../lock/session.ts';
import { timingOf } from './timing.ts';

/** What is known of a call that was sent: `refused` had no effect, `lost` may have or may yet. */
export type SentCall = 'accepted' | 'lost' | 'refused';

/** How long an accepted call is trusted to be on its way before it is sent again. */
const RESEND_AFTER_MS = 30_000;

/** Ms for which an operation is looked at before it is sent again. */
export function resendAfter(session: Session, kind: Operation['kind'], sent: SentCall): number {
  if (sent === 'refused') return 0;
  const { takes, readLag, poll } = timingOf(session);
  // What takes minutes, or is seen late, would be begun a second time.
  if (sent === 'accepted') return Math.max(RESEND_AFTER_MS, 2 * (takes[kind]?.best ?? 0)) + readLag;
  return Math.max(session.world.pace.verifyLongest * 3, readLag + poll);
}

/** The same where the platform asks to have it sent again: at once, and then less and less often. */
export function resendSoon(session: Session, tries: number): number {
  const { verifyFirst, verifyLongest } = session.world.pace;
  const { poll } = timingOf(session);
  return Math.max(poll, Math.min(verifyLongest, verifyFirst * 2 ** tries));
}
