import type { Action, Observation, Split, Step } from '../../contract/index.ts';
import { isOperation } from '../../contract/index.ts';
import type { Session } from '../lock/session.ts';
import { liveIn } from '../plan/live.ts';
import { bounded } from '../world/call-limit.ts';
import { DUST } from '../world/corrected-observation.ts';
import { type ObserveSight, observePatiently } from '../world/observe.ts';
import { contextOf } from './apply-context.ts';
import { LOOK_THERE, unlistedWords, upByName } from './unlisted-release.ts';

export type Arrival =
  | { readonly observation: Observation; readonly missing: string | null }
  /** The platform could not be read, or somebody wanted an end first. */
  | { readonly observation: null; readonly missing: string };

/** How long the platform may stay silent before the last look is given up. */
const FINAL_CHECK_LIMIT_MS = 120_000;

/** Looks whether what should be live at the end of the course is live, and serves. */
export async function arrival(session: Session): Promise<Arrival> {
  const { state } = session;
  const back = state.direction === 'back';
  const sight = await lastLook(session, back ? state.plan.rollbackDeadline : FINAL_CHECK_LIMIT_MS);
  if (!sight.seen) return { observation: null, missing: sight.trouble };
  const untouched = back && state.course.length === 0;
  const missing = untouched ? null : await shortfall(session, sight.seen);
  return { observation: sight.seen, missing };
}

/** Waits until no call can still arrive late, and reads no longer lag (decision 0016). */
async function lastLook(session: Session, patience: number): Promise<ObserveSight> {
  const { world, attention } = session;
  const { clock } = world;
  const limits = { until: clock.monotonic() + patience, signal: attention.waits };
  await session.quiet(limits.signal);
  const sight = await observePatiently(session, limits);
  const lag = sight.seen?.capabilities.timing.readLag ?? 0;
  // Where a change is seen at once, what was accepted has come true.
  if (!sight.seen || lag === 0) return sight;
  const { quietAt, acceptedAt, inheritedUntil } = session;
  const clear = Math.max(quietAt, acceptedAt, inheritedUntil) + lag - clock.monotonic();
  if (clear <= 0) return sight;
  await clock.sleep(clear, limits.signal);
  return limits.signal.aborted
    ? { seen: null, trouble: 'the command is ending and does not look again' }
    : observePatiently(session, limits);
}

/** So often it is asked by name for what is not listed, with pauses that grow. */
const TRIES = 10;

async function shortfall(session: Session, observation: Observation): Promise<string | null> {
  const { state } = session;
  const { before, release } = state.plan;
  if (state.direction === 'forward')
    return unservedReason(observation, release.id, { split: { [release.id]: 100 } });
  const { releases, split } = observation;
  const left = releases.some(({ id }) => id === release.id) || (split?.[release.id] ?? 0) > 0;
  if (left && state.course.some(({ action }) => removes(action, release.id)))
    return `${release.id} should be gone and is still there`;
  const expected = before.split ?? {};
  if (!before.live) return misrouted(observation, expected);
  const { leaving } = session.attention;
  const known = await upByName(
    session,
    { split: expected, seen: observation, tries: TRIES },
    leaving,
  );
  return unservedReason(observation, before.live.id, { split: expected, known });
}

const removes = (action: Action, release: string): boolean =>
  action.kind === 'retire' && action.release === release;

interface Expected {
  readonly split: Split;
  /** What is not listed, and up all the same. */
  readonly known?: ReadonlySet<string>;
}

function unservedReason(
  observation: Observation,
  wanted: string,
  { split, known }: Expected,
): string | null {
  const live = liveIn(observation);
  if (live !== wanted) return `${wanted} should be live, ${live ?? 'nothing'} is`;
  const off = misrouted(observation, split);
  if (off) return off;
  const release = observation.releases.find(({ id }) => id === wanted);
  if (!release && known)
    // What is free is there whenever it is wanted: the platform refuses to route to what it has not.
    return known.has(wanted) || observation.capabilities.idle === 'free'
      ? null
      : `${unlistedWords(wanted)}, which has the traffic: ${LOOK_THERE}`;
  return release && release.ready > 0 ? null : `${wanted} is live and has no healthy unit`;
}

function misrouted({ split }: Observation, expected: Split): string | null {
  const off = Object.entries(expected).find(
    ([id, weight]) => Math.abs((split?.[id] ?? 0) - weight) > DUST,
  );
  return (
    (off && `${off[0]} should have ${off[1]} % of the traffic and has ${split?.[off[0]] ?? 0} %`) ??
    null
  );
}

/** How often a way back that came undone is gone again. */
const FINAL_CHECK_AGAIN = 10;

/** A step of the way back, before this one, that was done and is not any more: a call sent earlier came late. */
export async function undone(
  session: Session,
  upTo: Step | null,
  isMeant: (step: Step) => boolean = () => true,
): Promise<Step | null> {
  const { world, state } = session;
  const { course, outcomes } = state;
  if (outcomes.length > state.plan.steps.length + FINAL_CHECK_AGAIN * course.length) return null;
  for (const step of upTo ? course.slice(0, course.indexOf(upTo)) : course) {
    const { action } = step;
    if (!isOperation(action) || isOvertaken(step, course) || !isMeant(step)) continue;
    const ask = (waiting: AbortSignal) =>
      world.provider.verify(action, contextOf(session, step, { signal: waiting }));
    const bounds = { what: 'verify', signal: session.attention.leaving };
    const seen = await bounded(world, ask, bounds).catch(() => null);
    if (seen && seen.state !== 'done') return step;
  }
  return null;
}

/** The same of those that were read back as true: what was gone on without never was. */
export function fallen(session: Session, upTo: Step): Promise<Step | null> {
  const { outcomes } = session.state;
  return undone(session, upTo, ({ id }) => {
    const last = outcomes.findLast(({ step }) => step === id);
    return last?.result === 'done' && last.reason === null;
  });
}

/** A batch on the way to the next one is not where its traffic shall stay. */
function isOvertaken(step: Step, course: readonly Step[]): boolean {
  if (step.action.kind !== 'replace') return false;
  return course.slice(course.indexOf(step) + 1).some(({ action }) => action.kind === 'replace');
}
