import {
  type ApplyContext,
  type OperationContext,
  ProviderError,
  type ReleaseId,
  type Split,
  type Verification,
} from '../../../src/contract/index.ts';
import type { Rolling, VercelDeployment } from '../client/answers.ts';
import { type Place, wholeOf } from '../place.ts';
import { deploymentOf } from '../search.ts';
import { type Standing, standingOf } from '../sight.ts';
import { unsent, VERCEL_DONE } from './operation.ts';
import { lostCandidate } from './parties.ts';

/** A share of the visitors for one, the rest for what is in production. */
export interface Share<Context extends OperationContext> {
  readonly sides: readonly [ReleaseId, ReleaseId];
  readonly split: Split;
  readonly context: Context;
}

/** Starts the rolling release, or approves its next stage; never more than one stage at a time. */
export async function share(place: Place, wanted: Share<ApplyContext>): Promise<void> {
  const { calls } = place;
  const { signal } = wanted.context;
  const [standing, found] = await Promise.all([standingOf(place, signal), sidesOf(place, wanted)]);
  const { canary, percent } = rolesOf(found, standing, wanted);
  const { rolling } = standing;
  if (!rolling) return calls.startRolling(canary, signal);
  if (rolling.canaryDeployment?.id !== canary)
    throw new ProviderError(
      'conflict',
      `a rolling release of ${rolling.canaryDeployment?.id} is under way`,
    );
  const next = nextStage(rolling, percent);
  if (next !== null) await calls.approveStage(canary, next, signal);
}

export async function verifyShare(
  place: Place,
  wanted: Share<OperationContext>,
): Promise<Verification> {
  const { context } = wanted;
  const [standing, found] = await Promise.all([
    standingOf(place, context.signal),
    sidesOf(place, wanted),
  ]);
  const lost = lostIn(found, wanted);
  if (lost) return lost;
  const expected = rolesOf(found, standing, wanted);
  const { canary, base, percent } = expected;
  const { rolling, production } = standing;
  if (!rolling) {
    if (production === base)
      return unsent('no rolling release is under way, and the base has all of the traffic');
    return { state: 'diverged', expected: { ...expected }, found: { production } };
  }
  const sides = [rolling.canaryDeployment?.id, rolling.currentDeployment?.id];
  const at = rolling.activeStage?.targetPercentage ?? 0;
  if (sides[0] !== canary || sides[1] !== base || at > percent)
    return {
      state: 'diverged',
      expected: { ...expected },
      found: { canary: sides[0] ?? null, base: sides[1] ?? null, percent: at },
    };
  // It would take production over as soon as this rolling release is over.
  const { queuedDeploymentId: queued } = rolling;
  if (queued && context.wasDone)
    return { state: 'diverged', expected: { ...expected }, found: { queued } };
  return at === percent ? VERCEL_DONE : unsent(`${at} % of the visitors, ${percent} % are wanted`);
}

function nextStage({ activeStage, stages }: Rolling, percent: number): number | null {
  const at = activeStage?.targetPercentage ?? 0;
  if (at >= percent) return null;
  if (!stages.some(({ targetPercentage }) => targetPercentage === percent))
    throw new ProviderError(
      'permanent',
      `the rolling release that is under way has no stage of ${percent} %`,
    );
  return (activeStage?.index ?? 0) + 1;
}

interface Roles {
  /** Ids of deployments. */
  readonly canary: string;
  readonly base: string;
  readonly percent: number;
}

/** One side, and its deployment; null where Vercel has none any more. */
interface VercelSide {
  readonly id: ReleaseId;
  readonly deployment: VercelDeployment | null;
}

const sidesOf = (place: Place, { sides, context }: Share<OperationContext>) =>
  Promise.all(
    sides.map(async (id): Promise<VercelSide> => {
      const whole = wholeOf(id, context);
      return { id, deployment: await deploymentOf(place, whole, context.signal) };
    }),
  );

/** Without its candidate a share is over; without its base there is nothing to go back to, and a person decides. */
function lostIn(
  found: readonly VercelSide[],
  { split, context }: Share<OperationContext>,
): Verification | null {
  const { live } = context.before;
  for (const { id, deployment } of found) {
    if (id !== live?.id) {
      const lost = lostCandidate(deployment, { release: id, split, context });
      if (lost) return lost;
    } else if (!deployment && context.wasDone)
      return { state: 'diverged', expected: { base: id }, found: { base: null } };
  }
  return null;
}

/** The base is what was live before; where that is not known, what is in production. */
function rolesOf(
  found: readonly VercelSide[],
  { rolling, production }: Standing,
  { sides, split, context }: Share<OperationContext>,
): Roles {
  const gone = found.find(({ deployment }) => deployment === null);
  if (gone) throw new ProviderError('permanent', `${gone.id} has no deployment at Vercel any more`);
  const serving = rolling?.currentDeployment?.id ?? production;
  const base =
    found.find(({ id }) => id === context.before.live?.id) ??
    found.find(({ deployment }) => deployment?.id === serving);
  const canary = found.find((one) => one !== base);
  if (!base?.deployment || !canary?.deployment)
    throw new ProviderError('permanent', `neither ${sides.join(' nor ')} is in production`);
  return {
    canary: canary.deployment.id,
    base: base.deployment.id,
    percent: split[canary.id] ?? 0,
  };
}
