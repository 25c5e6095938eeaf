import {
  type ApplyContext,
  type OperationContext,
  ProviderError,
  type ReleaseId,
} from '../../../src/contract/index.ts';
import type { VercelDeployment } from '../client/answers.ts';
import { VercelError } from '../client/failure.ts';
import { isProduction } from '../connection.ts';
import type { Sighting } from '../memory.ts';
import { type Place, wholeOf } from '../place.ts';
import { deploymentOf, missingWords } from '../search.ts';
import { movingTo, namesIn, type Standing, standingOf } from '../sight.ts';
import { isOursToAbort, knownIn, strangerIn, type VercelWanted } from './parties.ts';

/** Leads every domain of production to one deployment: forward by a promotion, back by an instant rollback. */
export async function switchTo(place: Place, wanted: VercelWanted<ApplyContext>): Promise<void> {
  const { calls } = place;
  const { context, release } = wanted;
  const { signal } = context;
  const [found, first, known] = await Promise.all([
    existing(place, wanted),
    standingOf(place, signal),
    knownIn(place, wanted),
  ]);
  const standing = wasSearched(place, release) ? await standingNow(place, signal) : first;
  const { rolling, request } = standing;
  const isSettled = isUnderWay(standing, found, context);
  if (isProduction(place.connection) && !rolling && isSettled) return;
  place.memory.former.set(found.id, request?.requestedAt ?? 0);
  if (rolling) return endRolling(place, { rolling, found, known, release }, context);
  const stranger = strangerIn(standing, known, context);
  if (stranger)
    throw new ProviderError(
      'conflict',
      `production is ${stranger}, which this deployment did not put there`,
    );
  if (!isProduction(place.connection)) return assignAll(place, found, signal);
  const current = known.find(({ id }) => id === standing.production);
  if (goesBack(found, current, context)) return goBack(place, found, context);
  await calls.promote(found.id, signal);
}

/** A search takes seconds, in which others may have changed production. */
const wasSearched = ({ memory }: Place, release: ReleaseId) =>
  (memory.searched.get(release)?.pages ?? 0) > 1;

function standingNow(place: Place, signal: AbortSignal): Promise<Standing> {
  place.calls.forgetProduction();
  return standingOf(place, signal);
}

/** Whether nothing has to be asked for: production is there, or Vercel moves it there. */
function isUnderWay(
  standing: Standing,
  { id }: Sighting,
  { direction }: OperationContext,
): boolean {
  const moving = movingTo(standing);
  if (moving === id) return true;
  // On the way back nobody waits until domains are where they have to leave again.
  if (moving !== null && direction === 'back') return false;
  return standing.production === id && standing.request?.jobStatus !== 'failed';
}

/** What Vercel does not roll back to, it can promote: the same build, and pushes keep their domains. */
async function goBack(
  place: Place,
  found: VercelDeployment,
  { deployment, signal }: ApplyContext,
): Promise<void> {
  const { calls } = place;
  const { id } = found;
  try {
    await calls.rollBack(id, `deployctl ${deployment}`, signal);
  } catch (error) {
    if (!(error instanceof VercelError)) throw error;
    if (error.status === BUSY) await assignAll(place, found, signal);
    if (error.status !== NO_CANDIDATE) throw error;
    await calls.promote(id, signal);
  }
}

/** Answered where a deployment is none that Vercel would roll back to. */
const NO_CANDIDATE = 422;
/** Answered while Vercel still moves domains elsewhere: until it is done with that, each is led back by itself. */
const BUSY = 409;

/** Each name by itself: outside production there is no other way. One that is there already is left alone. */
async function assignAll(place: Place, { id }: VercelDeployment, signal: AbortSignal) {
  const { calls } = place;
  for (const name of await namesIn(place, signal))
    if ((await calls.aliased(name, signal)) !== id) await calls.assign(id, name, signal);
}

/**
 * To what served before and is older than what serves, Vercel rolls back: at once, and no push gets a
 * domain until the next promotion. To what is newer it promotes, which ends that again.
 */
function goesBack(
  found: VercelDeployment,
  current: Sighting | undefined,
  { direction }: OperationContext,
): boolean {
  if (found.readySubstate !== 'PROMOTED') return false;
  return direction === 'back' || !current || found.createdAt < current.createdAt;
}

interface VercelEnding {
  readonly rolling: NonNullable<Standing['rolling']>;
  readonly found: VercelDeployment;
  readonly known: readonly Sighting[];
  readonly release: ReleaseId;
}

async function endRolling(
  { calls }: Place,
  { rolling, found, known, release }: VercelEnding,
  { deployment, direction, signal }: ApplyContext,
) {
  const { canaryDeployment } = rolling;
  if (canaryDeployment?.id === found.id) return calls.completeRolling(found.id, signal);
  if (isOursToAbort(rolling, found, { known, direction }))
    return calls.rollBack(found.id, `deployctl ${deployment}`, signal);
  throw new ProviderError(
    'conflict',
    `a rolling release of ${canaryDeployment?.id} is under way, and ${release} has no part in it`,
  );
}

async function existing(
  place: Place,
  { release, context }: VercelWanted<OperationContext>,
): Promise<VercelDeployment> {
  const found = await deploymentOf(place, wholeOf(release, context), context.signal);
  if (found?.readyState === 'READY') return found;
  const what = found ? `is ${found.readyState}` : missingWords(place, release);
  throw new ProviderError('permanent', `${release} ${what}`);
}
