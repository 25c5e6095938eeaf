import { ProviderError, type ReleaseId, type Route } from '../../../src/contract/index.ts';
import type { Handling } from './operation.ts';
import { share, verifyShare } from './share.ts';
import { switchTo } from './switch.ts';
import { verifySwitch } from './switched.ts';

/** All of the traffic to one release, or a share of the visitors by a rolling release. */
export const route: Handling<'route'> = {
  async apply(place, operation, context) {
    const { split } = operation;
    const sides = servingIn(operation);
    if (sides.length === 1)
      return switchTo(place, { release: sides[0] as ReleaseId, split, context });
    return share(place, { sides: pairOf(sides), split, context });
  },

  async verify(place, operation, context) {
    const { split } = operation;
    const sides = servingIn(operation);
    const seen =
      sides.length === 1
        ? await verifySwitch(place, { release: sides[0] as ReleaseId, split, context })
        : await verifyShare(place, { sides: pairOf(sides), split, context });
    // Once it was so, whatever is on its way was sent by others.
    const moved = context.wasDone === true && seen.state === 'pending';
    return moved ? { state: 'diverged', expected: split, found: seen.progress } : seen;
  },
};

const pairOf = ([one = '', other = '']: readonly ReleaseId[]) => [one, other] as const;

function servingIn({ split, match }: Route): readonly ReleaseId[] {
  const serving = Object.keys(split).filter((id) => (split[id] ?? 0) > 0);
  if (match || serving.length < 1 || serving.length > 2)
    throw new ProviderError(
      'permanent',
      'Vercel splits traffic between two deployments, and by no header or cookie',
    );
  return serving;
}
