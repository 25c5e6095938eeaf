import type {
  Observation,
  ObservedRelease,
  ReleaseId,
  Route,
  Split,
  Start,
  Step,
} from '../../contract/index.ts';
import type { DeploymentState } from '../journal/state.ts';
import type { Session } from '../lock/session.ts';
import { bounded } from '../world/call-limit.ts';
import { emit } from '../world/world.ts';
import { contextOf, sizedBy } from './apply-context.ts';
import { isDenied } from './denied-credentials.ts';
import { diverged, type OperationEnd } from './operation.ts';
import { LOOK_THERE, unlistedWords } from './unlisted-release.ts';

/** How many times one change of capacity is repeated while an autoscaler moves its base (decision 0020). */
const OFTEN = 10;

/** How it is looked for what can carry traffic. */
interface CapacityManner {
  readonly back: boolean;
  /** On the way back: what is not listed, and up all the same. */
  readonly known?: ReadonlySet<ReleaseId>;
}

const NONE_KNOWN: ReadonlySet<ReleaseId> = new Set();

/** What no release with this weight has, in words; null where each of them can carry its share. */
export function missingCapacity(
  { releases, capabilities }: Observation,
  { split }: Route,
  { back, known = NONE_KNOWN }: CapacityManner,
): string | null {
  for (const [id, weight] of receiving(split)) {
    const release = releases.find((seen) => seen.id === id);
    // What is free is there whenever it is wanted, shown or not: the platform refuses what it has not.
    if (!release && (capabilities.idle === 'free' || known.has(id))) continue;
    if (!release && back) return `${unlistedWords(id)}, which would get ${weight} %: ${LOOK_THERE}`;
    // Going back, any that serves will do.
    const needed = back ? Math.min(weight, 1) : weight;
    const { coupled } = capabilities;
    const words = coupled ? capacityUnserved(id, release) : capacityShort(id, release, needed);
    if (words) return missingWords(words, weight, release);
  }
  return null;
}

const receiving = (split: Split) => Object.entries(split).filter(([, weight]) => weight !== 0);

const missingWords = (words: string, weight: number, release: ObservedRelease | undefined) =>
  `${words} and would get ${weight} %${release?.note ? ` (${release.note})` : ''}`;

function capacityShort(
  id: string,
  release: ObservedRelease | undefined,
  needed: number,
): string | null {
  if (release?.capacity === null) return capacityUnserved(id, release);
  const capacity = release?.capacity ?? 0;
  // What is no number is not enough either.
  return !(capacity >= needed)
    ? `${id} has healthy capacity for ${Math.floor(capacity) || 0} % of the traffic`
    : null;
}

/** Where capacity means nothing, or follows the weight by itself, health decides. */
function capacityUnserved(id: string, release: ObservedRelease | undefined): string | null {
  const serves = release && release.ready > 0 && release.health !== 'unhealthy';
  return serves ? null : `${id} is not healthy`;
}

/** What became of a release since its capacity was seen to be there. */
export type Outgrown = Extract<OperationEnd, { end: 'undone' | 'diverged' }>;

/**
 * A change of capacity on the way forward that is not true any more: what is full has grown, or other
 * hands have made something else of the release.
 */
export async function findOutgrown(
  session: Session,
  split: Split,
  signal: AbortSignal,
): Promise<Outgrown | null> {
  const { state, world } = session;
  for (const step of sizedSteps(state, split)) {
    if (state.outcomes.filter((outcome) => outcome.step === step.id).length > OFTEN) continue;
    const { action } = step;
    if (action.kind !== 'start' && action.kind !== 'scale') continue;
    const ask = (waiting: AbortSignal) =>
      world.provider.verify(action, contextOf(session, step, { signal: waiting }));
    const seen = await bounded(world, ask, { what: 'verify', signal }).catch((error: unknown) => {
      if (isDenied(error)) throw error;
      return null;
    });
    if (seen?.state === 'pending' && seen.again) return { end: 'undone', step };
    if (seen?.state === 'diverged') return diverged(seen);
  }
  return null;
}

/** The last change of capacity of each release that has traffic, or would get it. */
function sizedSteps(
  { direction, course, outcomes }: DeploymentState,
  split: Split,
): readonly Step[] {
  if (direction === 'back') return [];
  const done = new Set(outcomes.filter(({ result }) => result === 'done').map(({ step }) => step));
  const last = new Map<string, Step>();
  for (const step of course) {
    const id = done.has(step.id) ? sizedBy(step.action) : null;
    if (id !== null && (split[id] ?? 0) > 0) last.set(id, step);
  }
  return [...last.values()];
}

/**
 * An autoscaler, or other hands, took units from the old release while it had no traffic, or the
 * platform does not list it: it is brought up to what carried the load before. Null where that is
 * not so, or has been tried already.
 */
export async function reinforce(
  session: Session,
  route: Route,
  seen: Observation,
): Promise<Step | null> {
  const { plan, course, turned } = session.state;
  const { live, units } = plan.before;
  if (!live || !turned || seen.capabilities.coupled || seen.capabilities.idle === 'free')
    return null;
  const old = seen.releases.find(({ id }) => id === live.id);
  const weight = route.split[live.id] ?? 0;
  const isShort = (old?.desired ?? 0) < units && (old ? (old.capacity ?? 100) : 0) < weight;
  if (!isShort || isAskedFor(course, live.id)) return null;
  return bringUp(session, old, 'first');
}

/** The last of all, where the old release has its traffic and is not listed any more. */
export async function bringUpUnlisted(session: Session, seen: Observation): Promise<Step | null> {
  const { plan, course } = session.state;
  const { live, units } = plan.before;
  const { coupled, idle } = seen.capabilities;
  if (!live || units === 0 || coupled || idle === 'free') return null;
  const isListed = seen.releases.some(({ id }) => id === live.id);
  return isListed || isAskedFor(course, live.id) ? null : bringUp(session, undefined, 'last');
}

const isAskedFor = (course: readonly Step[], id: ReleaseId): boolean =>
  course.some(({ action }) => action.kind === 'start' && action.release.id === id);

async function bringUp(
  session: Session,
  old: ObservedRelease | undefined,
  place: 'first' | 'last',
): Promise<Step | null> {
  const { plan, course, turned } = session.state;
  const { live, units } = plan.before;
  if (!live || !turned) return null;
  const id = 'back-00-start';
  const action: Start = { kind: 'start', release: live, capacity: 100, units, weights: [] };
  const title = `${live.version} back at ${units} units, as before`;
  const deadline = plan.rollbackDeadline / 2;
  const step: Step = { ...(course[0] as Step), id, title, action, deadline, phase: 'shift' };
  const { reason, gate } = turned;
  const longer = place === 'last' ? [...course, step] : [step, ...course];
  await session.record({ kind: 'turned', reason, gate, outcome: null, course: longer });
  emit(session, 'notice', {
    level: 'warning',
    message: `${old ? `${live.version} has ${old.desired} units and` : `${unlistedWords(live.id)}, which`} carried the load with ${units}: it is brought up before it gets the traffic`,
  });
  return session.state.course.find((one) => one.id === id) ?? null;
}
