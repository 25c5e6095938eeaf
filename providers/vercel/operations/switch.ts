import {
  type ApplyContext,
  type OperationContext,
  ProviderError,
  type ReleaseId,
  type Split,
  type Verification,
} from '../../../src/contract/index.ts';
import { baselineIn } from '../baseline.ts';
import type { VercelDeployment } from '../client/answers.ts';
import { deploymentOf, type Place } from '../place.ts';
import { type DomainSight, domainsOf, type Standing, standingOf } from '../sight.ts';
import { failed, unsent, VERCEL_DONE, vercelPending } from './operation.ts';

interface VercelWanted<Context extends OperationContext> {
  readonly release: ReleaseId;
  readonly split: Split;
  readonly context: Context;
}

/** Leads every domain of production to one deployment: forward by a promotion, back by an instant rollback. */
export async function switchTo(place: Place, wanted: VercelWanted<ApplyContext>): Promise<void> {
  const { calls } = place;
  const { context, release } = wanted;
  const { signal } = context;
  const [found, standing] = await Promise.all([existing(place, wanted), standingOf(place, signal)]);
  const { rolling } = standing;
  if (rolling) return endRolling(place, { rolling, found, release }, context);
  if (standing.production === found.id && !isFailedRequest(standing)) return;
  const stranger = await strangerIn(place, standing, wanted);
  if (stranger)
    throw new ProviderError(
      'conflict',
      `production is ${stranger}, which this deployment knows nothing of`,
    );
  // What has served production before is gone back to as it is; what has not is promoted.
  if (found.readySubstate === 'PROMOTED')
    return calls.rollBack(found.id, `deployctl ${context.deployment}`, signal);
  await calls.promote(found.id, signal);
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
  const [found, standing] = await Promise.all([
    deploymentOf(place, wholeIn(wanted), signal),
    standingOf(place, signal),
  ]);
  if (!found) return unsent(`Vercel has no deployment of ${release}`);
  const { rolling, production, request } = standing;
  if (rolling) return duringRolling(standing, found);
  const job = request?.toDeploymentId === found.id ? request.jobStatus : null;
  if (job === 'failed') return failedDomains(place, release, signal);
  if (job !== null && UNDER_WAY.includes(job))
    return vercelPending(`Vercel moves the domains (${job})`);
  if (production === found.id) return atDomains(place, found, context);
  // What was asked for once may have been before this deployment: only who is in production tells.
  const stranger = await strangerIn(place, standing, wanted);
  if (stranger === null) return unsent('not asked for yet');
  return {
    state: 'diverged',
    expected: { production: found.id },
    found: { production: stranger },
  };
}

const UNDER_WAY = ['pending', 'in-progress'];

async function atDomains(
  place: Place,
  { id }: VercelDeployment,
  { signal, wasDone }: OperationContext,
): Promise<Verification> {
  const domains = await domainsOf(place, signal);
  // Whether it answers is asked until it does; from then on that is for gates to watch.
  const sure = ({ fault }: DomainSight) => fault === null || wasDone === true;
  const away = domains.filter((domain) => !(leadsTo(domain, id) && sure(domain)));
  return away.length === 0 ? VERCEL_DONE : vercelPending(awayWords(away, domains.length));
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

/** A deployment in production that is none of those this deployment is about. */
async function strangerIn(
  place: Place,
  { production }: Standing,
  { split, context }: VercelWanted<OperationContext>,
): Promise<string | null> {
  const { live } = context.before;
  // On the way back it is whatever has to go.
  if (production === null || context.direction === 'back') return null;
  if (live === null && baselineIn(context.before) === null) return null;
  const ids = Object.keys(split).filter((id) => id !== live?.id);
  const known = await Promise.all(
    [...ids, ...(live ? [live] : [])].map((one) => deploymentOf(place, one, context.signal)),
  );
  return known.some((one) => one?.id === production) ? null : production;
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

/** The whole release where it is known: an adopted one is found by what it is. */
const wholeIn = ({ release, context }: VercelWanted<OperationContext>) =>
  context.before.live?.id === release ? context.before.live : release;

async function existing(
  place: Place,
  wanted: VercelWanted<OperationContext>,
): Promise<VercelDeployment> {
  const found = await deploymentOf(place, wholeIn(wanted), wanted.context.signal);
  if (found?.readyState === 'READY') return found;
  const what = found ? `is ${found.readyState}` : 'has no deployment at Vercel any more';
  throw new ProviderError('permanent', `${wanted.release} ${what}`);
}
