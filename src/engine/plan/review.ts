import { type Before, isOperation, type Review, type Step } from '../../contract/index.ts';
import { bounded } from '../world/call-limit.ts';
import type { World } from '../world/world.ts';
import { planImpossible } from './errors.ts';

export interface Reviewed {
  readonly steps: readonly Step[];
  readonly before: Before;
}

const NO_OBJECTION: Review = { refusals: [], notes: [] };

/** What the platform says of these steps before the first write; one that cannot say it says so in a note. */
export async function reviewPlan(world: World, { steps, before }: Reviewed): Promise<Review> {
  const { provider, pace } = world;
  if (!provider.review) return NO_OBJECTION;
  const operations = steps.map(({ action }) => action).filter(isOperation);
  const ask = async () => provider.review?.(operations, before) ?? NO_OBJECTION;
  try {
    return await bounded(world, ask, { what: 'review', within: 2 * pace.call });
  } catch (error) {
    const note = `The check for obstacles at the platform failed: ${(error as Error).message}`;
    return { refusals: [], notes: [note] };
  }
}

/** The same, where what stands in the way ends it; gives the notes. */
export async function expectPossible(world: World, plan: Reviewed): Promise<readonly string[]> {
  const { refusals, notes, lost = [] } = await reviewPlan(world, plan);
  const stopping = [...lost, ...refusals];
  if (stopping.length > 0) throw planImpossible(stopping);
  return notes;
}
