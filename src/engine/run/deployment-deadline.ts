import { formatDuration } from '../../lib/duration.ts';
import type { Session } from '../lock/session.ts';

/** A deployment that is not finished by its deadline is rolled back. Aborting what is returned lifts the limit. */
export function limitDeployment({ state, attention, world }: Session): AbortController {
  const over = new AbortController();
  const { deadline } = state.plan;
  if (deadline !== null && state.direction === 'forward') {
    void world.clock.sleep(deadline, over.signal).then(() => {
      if (!over.signal.aborted) attention.turn(`not finished within ${formatDuration(deadline)}`);
    });
  }
  return over;
}
