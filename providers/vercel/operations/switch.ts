import {
  type ApplyContext,
  type OperationContext,
  ProviderError,
  type ReleaseId,
  type Split,
  type Verification,
} from '../../../src/contract/index.ts';
import { baselineIn, isUnchanged } from '../baseline.ts';
import type { VercelDeployment } from '../client/answers.ts';
import { deploymentOf, type Place } from '../place.ts';
import { type DomainSight, domainsOf, type Standing, standingOf } from '../sight.ts';
import { DONE, failed, pending, unsent } from './operation.ts';

interface Wanted<Context extends OperationContext> {
  readonly release: ReleaseId;
  readonly split: Split;
  readonly context: Context;
}

/** Leads every domain of production to one deployment: forward by a promotion, back by an instant rollback. */
export async function switchTo(place: Place, wanted: Wanted<ApplyContext>): Promise<void> {
  const { calls } = place;
  const { context, release } = wanted;
  const { signal } = context;
  const [found, standing] = await Promise.all([existing(place, wanted), standingOf(place, signal)]);
  const { rolling } = standing;
  if (rolling) return endRolling(place, { rolling, found, release }, context);
  if (standing.production === found.id && !isFailedRequest(standing)) return;
  const stranger = await strangerIn(place, standing, wanted);
  if (stranger && context.direction === 'forward')
    throw new ProviderError(
      'conflict',
      `production is ${stranger}, which this deployment knows nothing of`,
    );
  // What has served production before is gone back to as it is; what has not is promoted.
  if (found.readySubstate === 'PROMOTED')
    return calls.rollBack(found.id, `deployctl ${context.deployment}`, signal);
  await calls.promote(found.id, signal);
}

interface Ending {
  readonly rolling: NonNullable<Standing['rolling']>;
  readonly found: VercelDeployment;
  readonly release: ReleaseId;
}

async function endRolling(
  { calls }: Place,
  { rolling, found, release }: Ending,
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
  wanted: Wanted<OperationContext>,
): Promise<Verification> {
  const { context, release } = wanted;
  const { signal } = context;
  const [found, standing] = await Promise.all([
    deploymentOf(place, wholeIn(wanted), signal),
    standingOf(place, signal),
  ]);
  if (!found) return failed(`Vercel has no deployment of ${release} any more`);
  const { rolling, production, request } = standing;
  if (rolling) return duringRolling(standing, found);
  const asked = request?.toDeploymentId === found.id;
  if (asked && request.jobStatus === 'failed') return failedDomains(place, release, signal);
  if (production === found.id && (!asked || request.jobStatus === 'succeeded')) {
    const domains = await domainsOf(place, signal);
    // Whether it answers is asked once; from then on that is for gates to watch.
    const sure = ({ fault }: DomainSight) => fault === null || context.wasDone === true;
    const away = domains.filter((domain) => !(leadsTo(domain, found.id) && sure(domain)));
    return away.length === 0 ? DONE : pending(awayWords(away, domains.length));
  }
  if (asked && !isUnchanged(baselineIn(context.before), request))
    return overtaken(standing, found) ?? pending(`Vercel moves the domains (${request.jobStatus})`);
  return untouched(place, standing, wanted);
}

/** Before anything was sent, production is what it was before; whatever else it is, somebody else did that. */
async function untouched(
  place: Place,
  standing: Standing,
  wanted: Wanted<OperationContext>,
): Promise<Verification> {
  const { context, release } = wanted;
  const { production, request } = standing;
  const stranger = await strangerIn(place, standing, wanted);
  if (stranger && context.direction === 'forward')
    return {
      state: 'diverged',
      expected: { production: release },
      found: { production: stranger },
    };
  const baseline = baselineIn(context.before);
  const others = baseline && !isUnchanged(baseline, request) && context.direction === 'forward';
  if (others && request)
    return {
      state: 'diverged',
      expected: { production: release },
      found: { production, [request.type]: request.toDeploymentId },
    };
  return unsent('not asked for yet');
}

/** Ours succeeded, and production is another by now. */
function overtaken(
  { request, production }: Standing,
  { id }: VercelDeployment,
): Verification | null {
  if (request?.jobStatus !== 'succeeded' || production === id) return null;
  return { state: 'diverged', expected: { production: id }, found: { production } };
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
  { split, context }: Wanted<OperationContext>,
): Promise<string | null> {
  const before = baselineIn(context.before)?.production;
  if (production === null || production === before) return null;
  const { live } = context.before;
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
const wholeIn = ({ release, context }: Wanted<OperationContext>) =>
  context.before.live?.id === release ? context.before.live : release;

async function existing(place: Place, wanted: Wanted<OperationContext>): Promise<VercelDeployment> {
  const found = await deploymentOf(place, wholeIn(wanted), wanted.context.signal);
  if (found?.readyState === 'READY') return found;
  const what = found ? `is ${found.readyState}` : 'has no deployment at Vercel any more';
  throw new ProviderError('permanent', `${wanted.release} ${what}`);
}
