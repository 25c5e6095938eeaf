import {
  type ApplyContext,
  type OperationContext,
  ProviderError,
  type ReleaseId,
  type Split,
  type Verification,
} from '../../../src/contract/index.ts';
import type { Rolling } from '../client/answers.ts';
import { deploymentOf, type Place } from '../place.ts';
import { type Standing, standingOf } from '../sight.ts';
import { unsent, VERCEL_DONE } from './operation.ts';

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
  const standing = await standingOf(place, signal);
  const { canary, percent } = await rolesOf(place, standing, wanted);
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
  const standing = await standingOf(place, context.signal);
  const expected = await rolesOf(place, standing, wanted);
  const { canary, base, percent } = expected;
  const { rolling, production } = standing;
  if (!rolling) {
    if (production === base) return unsent('the rolling release is not started yet');
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

/** The base is what was live before; where that is not known, what is in production. */
async function rolesOf(
  place: Place,
  { rolling, production }: Standing,
  { sides, split, context }: Share<OperationContext>,
): Promise<Roles> {
  const { live } = context.before;
  const found = await Promise.all(
    sides.map(async (id) => {
      const deployment = await deploymentOf(place, live?.id === id ? live : id, context.signal);
      if (deployment) return { id, deployment: deployment.id };
      throw new ProviderError('permanent', `${id} has no deployment at Vercel any more`);
    }),
  );
  const serving = rolling?.currentDeployment?.id ?? production;
  const base =
    found.find(({ id }) => id === live?.id) ??
    found.find(({ deployment }) => deployment === serving);
  const canary = found.find((one) => one !== base);
  if (!base || !canary)
    throw new ProviderError('permanent', `neither ${sides.join(' nor ')} is in production`);
  return { canary: canary.deployment, base: base.deployment, percent: split[canary.id] ?? 0 };
}
