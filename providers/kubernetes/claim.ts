import { type ApplyContext, ProviderError } from '../../src/contract/index.ts';
import { MARK } from './marks.ts';
import { splitOf } from './observation.ts';
import { patchHome } from './operations/home.ts';
import type { KubeGround, Sight, Stand } from './sight.ts';

/**
 * Whoever acts writes down that it does, so that one that was taken over is refused. What served
 * before gets its mark at the same time, because it may have been started by other hands.
 */
export async function claim(
  sight: Sight,
  ground: KubeGround,
  { fence, signal }: ApplyContext,
): Promise<Sight> {
  const { home } = sight;
  if (!home) return sight;
  const { metadata } = home.deployment;
  const { annotations = {} } = metadata;
  const newest = fenceOf(home);
  if (newest > fence)
    throw new ProviderError('fenced', `holder ${newest} of ${metadata.name} came after ${fence}`);
  const live = annotations[MARK.live] ?? servesAlone(sight);
  if (newest === fence && live === (annotations[MARK.live] ?? null)) return sight;
  const marked = { [MARK.fence]: String(fence), ...(live ? { [MARK.live]: live } : {}) };
  const changed = await patchHome(ground, home.deployment, { annotations: marked, signal });
  const deployment = { ...home.deployment, metadata: changed.metadata };
  return { ...sight, home: { ...home, deployment } };
}

/** The newest holder that acted. */
export const fenceOf = ({ deployment }: Stand): number =>
  Number(deployment.metadata.annotations?.[MARK.fence] ?? 0);

function servesAlone(sight: Sight): string | null {
  const all = Object.entries(splitOf(sight) ?? {}).find(([, weight]) => weight === 100);
  return all?.[0] ?? null;
}
