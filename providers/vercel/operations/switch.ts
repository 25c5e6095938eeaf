import {
  type ApplyContext,
  type OperationContext,
  ProviderError,
  type ReleaseId,
  type Verification,
} from '../../../src/contract/index.ts';
import type { VercelDeployment } from '../client/answers.ts';
import { VercelError } from '../client/failure.ts';
import { isProduction } from '../connection.ts';
import type { Sighting } from '../memory.ts';
import { deploymentOf, type Place } from '../place.ts';
import { type DomainSight, domainsOf, type Standing, standingOf } from '../sight.ts';
import { failed, unsent, VERCEL_DONE, vercelPending } from './operation.ts';
import { knownIn, strangerIn, type VercelWanted, wholeIn } from './parties.ts';

/** Leads every domain of production to one deployment: forward by a promotion, back by an instant rollback. */
export async function switchTo(place: Place, wanted: VercelWanted<ApplyContext>): Promise<void> {
  const { calls } = place;
  const { context, release } = wanted;
  const { signal } = context;
  const [found, standing, known] = await Promise.all([
    existing(place, wanted),
    standingOf(place, signal),
    knownIn(place, wanted),
  ]);
  const { rolling } = standing;
  if (rolling) return endRolling(place, { rolling, found, release }, context);
  const isThere = standing.production === found.id && !isFailedRequest(standing);
  if (isThere && isProduction(place.connection)) return;
  const stranger = strangerIn(standing, known, context);
  if (stranger)
    throw new ProviderError(
      'conflict',
      `production is ${stranger}, which this deployment knows nothing of`,
    );
  if (!isProduction(place.connection)) return assignAll(place, found, signal);
  const current = known.find(({ id }) => id === standing.production);
  if (goesBack(found, current, context)) return goBack(place, found, context);
  await calls.promote(found.id, signal);
}

/** What Vercel does not roll back to, it can promote: the same build, and pushes keep their domains. */
async function goBack(
  { calls }: Place,
  { id }: VercelDeployment,
  { deployment, signal }: ApplyContext,
): Promise<void> {
  try {
    await calls.rollBack(id, `deployctl ${deployment}`, signal);
  } catch (error) {
    if (!(error instanceof VercelError && error.status === NO_CANDIDATE)) throw error;
    await calls.promote(id, signal);
  }
}

/** Answered where a deployment is none that Vercel would roll back to. */
const NO_CANDIDATE = 422;

/** Outside production each name is led by itself. One that is there already is left alone. */
async function assignAll(place: Place, { id }: VercelDeployment, signal: AbortSignal) {
  const { calls, connection } = place;
  for (const name of connection.aliases)
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
  readonly release: ReleaseId;
}

async function endRolling(
  { calls }: Place,
  { rolling, found, release }: VercelEnding,
  { deployment, signal }: ApplyContext,
) {
  const { canaryDeployment, currentDeployment } = rolling;
  if (canaryDeployment?.id === found.id) return calls.completeRolling(found.id, signal);
  if (currentDeployment?.id === found.id)
    return calls.rollBack(found.id, `deployctl ${deployment}`, signal);
  throw new ProviderError(
    'conflict',
    `a rolling release of ${canaryDeployment?.id} is under way, and ${release} has no part in it`,
  );
}

/** Believed only when the project, every domain by two reads, and the domains themselves say so. */
export async function verifySwitch(
  place: Place,
  wanted: VercelWanted<OperationContext>,
): Promise<Verification> {
  const { context, release } = wanted;
  const { signal } = context;
  const [found, standing, known] = await Promise.all([
    deploymentOf(place, wholeIn(wanted), signal),
    standingOf(place, signal),
    knownIn(place, wanted),
  ]);
  if (!found) return unsent(`Vercel has no deployment of ${release}`);
  const { rolling, production, request } = standing;
  if (rolling) return duringRolling(standing, found);
  const job = request?.toDeploymentId === found.id ? request.jobStatus : null;
  if (job === 'failed') return failedDomains(place, release, signal);
  if (job !== null && UNDER_WAY.includes(job))
    return vercelPending(`Vercel moves the domains (${job})`);
  const leaving = leavingTo(standing, found);
  if (leaving) return vercelPending(`somebody else leads production to ${leaving}`);
  if (production === found.id) return atDomains(place, found, context);
  // What was asked for once may have been before this deployment: only who is in production tells.
  const stranger = strangerIn(standing, known, context);
  if (stranger === null) return unsent('not asked for yet');
  return {
    state: 'diverged',
    expected: { production: found.id },
    found: { production: stranger },
  };
}

const UNDER_WAY = ['pending', 'in-progress'];

/** Where production is on its way to, by another change than ours. */
function leavingTo({ request, production }: Standing, { id }: VercelDeployment): string | null {
  if (production !== id || !request || request.toDeploymentId === id) return null;
  return UNDER_WAY.includes(request.jobStatus) ? request.toDeploymentId : null;
}

async function atDomains(
  place: Place,
  { id }: VercelDeployment,
  { signal, wasDone }: OperationContext,
): Promise<Verification> {
  const domains = await domainsOf(place, signal);
  // Whether it answers is asked until it does; from then on that is for gates to watch.
  const sure = ({ fault }: DomainSight) => fault === null || wasDone === true;
  const away = domains.filter((domain) => !(leadsTo(domain, id) && sure(domain)));
  if (away.length === 0) return VERCEL_DONE;
  const words = awayWords(away, domains.length);
  // Names outside production are led one by one: a call that was lost has left some behind.
  const isLeft = !isProduction(place.connection) && away.some(({ aliased }) => aliased !== id);
  return isLeft ? unsent(words) : vercelPending(words);
}

function duringRolling({ rolling }: Standing, { id }: VercelDeployment): Verification {
  const sides = [rolling?.canaryDeployment?.id, rolling?.currentDeployment?.id];
  if (sides.includes(id)) return unsent('a rolling release is to be ended');
  return {
    state: 'diverged',
    expected: { production: id },
    found: { rollingRelease: rolling?.canaryDeployment?.id ?? null },
  };
}

const isFailedRequest = ({ request }: Standing) => request?.jobStatus === 'failed';

const leadsTo = ({ aliased, resolved }: DomainSight, id: string) =>
  aliased === id && resolved === id;

function awayWords(away: readonly DomainSight[], all: number): string {
  const [first] = away;
  const why = first?.fault ? ` answers ${first.fault}` : ` leads to ${first?.aliased ?? 'nothing'}`;
  return `${all - away.length} of ${all} domains are there: ${first?.name}${why}`;
}

async function failedDomains(
  { calls }: Place,
  release: ReleaseId,
  signal: AbortSignal,
): Promise<Verification> {
  const names = await calls.failedDomains(signal).catch(() => []);
  return failed(
    `Vercel could not lead every domain to ${release}: ${names.join(', ') || 'no domain is named'}`,
  );
}

async function existing(
  place: Place,
  wanted: VercelWanted<OperationContext>,
): Promise<VercelDeployment> {
  const found = await deploymentOf(place, wholeIn(wanted), wanted.context.signal);
  if (found?.readyState === 'READY') return found;
  const what = found ? `is ${found.readyState}` : 'has no deployment at Vercel any more';
  throw new ProviderError('permanent', `${wanted.release} ${what}`);
}
