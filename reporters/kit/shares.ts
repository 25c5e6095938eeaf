import type { DeployEvent, Plan } from '../../src/contract/index.ts';
import { splitAfter } from './words.ts';

/** Where traffic follows the units no route is sent, so the end of a batch says how it is split now. */
export class Shares {
  #plan: Plan | null = null;

  /** What a `routed` event would have said; null for everything that moved no units. */
  after(event: DeployEvent): DeployEvent<'routed'> | null {
    if (event.type === 'begun') this.#plan = event.data.plan;
    if (event.type !== 'step-ended' || this.#plan === null) return null;
    const { step, outcome } = event.data;
    const split = splitAfter(step);
    if (step.action.kind !== 'replace' || outcome.result !== 'done' || split === null) return null;
    const { before, release } = this.#plan;
    const data = { split, stable: before.live?.id ?? null, candidate: release.id };
    return { type: 'routed', at: event.at, deployment: event.deployment, data };
  }
}
