import { UNTOUCHED } from '../../contract/errors.ts';
import { DeployError, type Release } from '../../contract/index.ts';
import type { DeploymentState } from '../../engine/index.ts';
import { reworded } from '../shell/errors.ts';

export function liveUnknown(live: string): DeployError {
  return new DeployError('plan-refused', {
    message: `${live} is live, but neither the platform nor the journal knows what it is made of.`,
    why: 'A rollback could not bring it back, so nothing is deployed over it.',
    state: UNTOUCHED,
    next: [
      'deployctl status',
      'deployctl deploy --store <url of the journal it was deployed with>',
    ],
  });
}

export function nothingBefore({ id, plan }: DeploymentState): DeployError {
  return new DeployError('policy', {
    message: `Nothing was live before ${id}: there is no version to go back to.`,
    state: `${plan.release.version} serves. Nothing was touched.`,
    next: ['deployctl deploy --release <version>', 'deployctl down'],
  });
}

/** Undoing this deployment would not do what its name says. */
export function undoRefused(id: string, why: string, before: Release | null = null): DeployError {
  return new DeployError('policy', {
    message: `Refusing to undo ${id}: ${why}.`,
    state: UNTOUCHED,
    next: ['deployctl history', `deployctl rollback --to ${before?.version ?? '<version>'}`],
  });
}

/** The release that was asked for is nowhere, and cannot be made again from here. */
export function releaseLost(lost: readonly string[]): DeployError {
  return new DeployError('plan-refused', {
    message: lost.join(' '),
    state: UNTOUCHED,
    next: ['deployctl history', 'deployctl rollback --to <version>'],
  });
}

/** A damaged log does not say which deployment of a version was the newest; an id does. */
export const byIdOnly = (error: DeployError): DeployError =>
  reworded(error, { next: ['deployctl history', 'deployctl rollback --to <deployment id>'] });

export function neverSucceeded(
  wanted: string,
  versions: readonly string[],
  pruned: string | null,
): DeployError {
  const known = versions.length > 0 ? `Recorded: ${versions.slice(0, 10).join(', ')}.` : null;
  return new DeployError('not-found', {
    message: `No deployment of ${wanted} has succeeded here.`,
    why: [known, pruned].filter(Boolean).join(' ') || undefined,
    state: UNTOUCHED,
    next: ['deployctl history'],
  });
}

export function planFileUnusable(file: string, why: string, cause?: unknown): DeployError {
  return new DeployError('usage', {
    message: `${file} is not a plan: ${why}.`,
    state: UNTOUCHED,
    next: [`deployctl plan --out ${file}`],
    cause,
  });
}

/** A plan is refused because nothing runs here that could be compared or kept. */
export const sayingUp = (error: DeployError): DeployError =>
  reworded(error, { next: ['deployctl up', ...error.next] });
