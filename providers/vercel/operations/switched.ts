import type { OperationContext, Verification } from '../../../src/contract/index.ts';
import type { Rolling, VercelDeployment } from '../client/answers.ts';
import { isProduction } from '../connection.ts';
import type { Sighting } from '../memory.ts';
import { type Place, wholeOf } from '../place.ts';
import { deploymentOf } from '../search.ts';
import {
  type DomainSight,
  domainsOf,
  isMoving,
  movingTo,
  type Standing,
  standingOf,
} from '../sight.ts';
import { failed, unsent, VERCEL_DONE, vercelPending } from './operation.ts';
import { isOursToAbort, knownIn, lostCandidate, strangerIn, type VercelWanted } from './parties.ts';

/** Believed only when the project, every domain by two reads, and the domains themselves say so. */
export async function verifySwitch(
  place: Place,
  wanted: VercelWanted<OperationContext>,
): Promise<Verification> {
  const { context, release } = wanted;
  const { signal } = context;
  const [found, standing, known] = await Promise.all([
    deploymentOf(place, wholeOf(release, context), signal),
    standingOf(place, signal),
    knownIn(place, wanted),
  ]);
  const lost = lostCandidate(found, wanted);
  if (lost || !found) return lost ?? unsent(`Vercel has no deployment of ${release}`);
  const { rolling, production } = standing;
  if (rolling) return duringRolling({ rolling, found, known }, context);
  const job = jobOf(place, { standing, found }, context);
  if (job === 'failed') return failedDomains(place, found, wanted);
  if (job !== null && isMoving(job)) return vercelPending(`Vercel moves the domains (${job})`);
  const leaving = leavingTo(standing, found);
  if (leaving) return vercelPending(`somebody else leads production to ${leaving}`);
  if (production === found.id) return atDomains(place, found, context);
  // What was asked for once may have been before this deployment: only who is in production tells.
  const stranger = strangerIn(standing, known, context);
  if (stranger === null && !context.wasDone) return unsent('not asked for yet');
  return {
    state: 'diverged',
    expected: { production: found.id },
    found: { production: stranger ?? production },
  };
}

/** How far the change to this deployment is that was asked for last. One of before ours says nothing of ours. */
function jobOf(
  { memory }: Place,
  { standing: { request }, found: { id } }: VercelSeen,
  { key, wasDone }: OperationContext,
): string | null {
  if (request?.toDeploymentId !== id || request.requestedAt === memory.former.get(id)) return null;
  // Whoever takes over cannot know whose failure it is: it asks once more, and goes by what comes of that.
  const isOurs = request.jobStatus !== 'failed' || wasDone === true || memory.hasSent(key);
  return isOurs ? request.jobStatus : null;
}

interface VercelSeen {
  readonly standing: Standing;
  readonly found: Sighting;
}

/** Where production is on its way to, by another change than ours. */
function leavingTo(standing: Standing, { id }: VercelDeployment): string | null {
  const moving = movingTo(standing);
  return standing.production === id && moving !== id ? moving : null;
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

interface VercelRolling {
  readonly rolling: Rolling;
  readonly found: VercelDeployment;
  readonly known: readonly Sighting[];
}

function duringRolling(
  { rolling, found, known }: VercelRolling,
  { direction }: OperationContext,
): Verification {
  const canary = rolling.canaryDeployment?.id ?? null;
  if (canary === found.id || isOursToAbort(rolling, found, { known, direction }))
    return unsent('a rolling release is to be ended');
  return {
    state: 'diverged',
    expected: { production: found.id },
    found: { rollingRelease: canary },
  };
}

const leadsTo = ({ aliased, resolved }: DomainSight, id: string) =>
  aliased === id && resolved === id;

function awayWords(away: readonly DomainSight[], all: number): string {
  const [first] = away;
  const why = first?.fault ? ` answers ${first.fault}` : ` leads to ${first?.aliased ?? 'nothing'}`;
  return `${all - away.length} of ${all} domains are there: ${first?.name}${why}`;
}

/** A change may fail although nothing had to be moved; what domains say counts. */
async function failedDomains(
  place: Place,
  found: VercelDeployment,
  { release, context }: VercelWanted<OperationContext>,
): Promise<Verification> {
  const seen = await atDomains(place, found, context);
  if (seen.state === 'done') return seen;
  const names = await place.calls.failedDomains(context.signal).catch(() => []);
  return failed(
    `Vercel could not lead every domain to ${release}: ${names.join(', ') || 'no domain is named'}`,
  );
}
