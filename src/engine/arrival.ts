import type { Observation, Split } from '../contract/index.ts';
import { backoff } from './retry.ts';
import type { Session } from './session.ts';

/** Looks whether what should be live at the end of the course is live, and serves. */
export async function arrival(
  session: Session,
): Promise<{ observation: Observation; missing: string | null }> {
  const { state } = session;
  const back = state.direction === 'back';
  const wanted = back ? state.plan.before.live : state.plan.release;
  const untouched = back && state.course.length === 0;
  const observation = await observe(session);
  if (!wanted || untouched) return { observation, missing: null };
  const split = back ? (state.plan.before.split ?? {}) : { [wanted.id]: 100 };
  return { observation, missing: shortfall(observation, wanted.id, split) };
}

function shortfall(
  { live, split, releases }: Observation,
  wanted: string,
  expected: Split,
): string | null {
  if (live !== wanted) return `${wanted} should be live, ${live ?? 'nothing'} is`;
  const off = Object.entries(expected).find(
    ([id, weight]) => Math.abs((split?.[id] ?? 0) - weight) > 0.05,
  );
  if (off)
    return `${off[0]} should have ${off[1]} % of the traffic and has ${split?.[off[0]] ?? 0} %`;
  const release = releases.find(({ id }) => id === wanted);
  return release && release.ready > 0 ? null : `${wanted} is live and has no healthy unit`;
}

async function observe(session: Session): Promise<Observation> {
  const { world } = session;
  for (let attempt = 1; ; attempt++) {
    try {
      return await world.provider.observe();
    } catch (error) {
      if (attempt >= 8 || session.attention.wish === 'pause') throw error;
      await world.clock.sleep(backoff(world, attempt));
    }
  }
}
