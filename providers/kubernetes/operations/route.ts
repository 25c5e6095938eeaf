import type { Match, Route, Split } from '../../../src/contract/index.ts';
import { matchOf, splitOf } from '../observation.ts';
import type { RequestMatch, Weights } from '../routers/index.ts';
import { isReady, type Sight, type Stand, standsIn } from '../sight.ts';
import type { Doing } from './index.ts';
import { KUBE_DONE, type Move, wait } from './move.ts';

/** Weights differ by less than this only in how they are rounded. */
const KUBE_DUST = 0.06;

export function route({ split, match }: Route, sight: Sight, { ground, context }: Doing): Move {
  const { router } = ground;
  const { routing } = sight;
  if (routing.problem && context.wasDone)
    return {
      is: 'diverged',
      expected: { split: { ...split } },
      found: { [router.label]: routing.problem },
    };
  if (routing.problem) return { is: 'refuse', words: `${router.label}: ${routing.problem}` };
  if (kubeIsSplit(splitOf(sight), split) && kubeIsMatch(matchOf(sight), match))
    return routing.lag ? wait(`${router.label}: ${routing.lag}`) : KUBE_DONE;
  const gone = Object.keys(split).find((id) => (split[id] ?? 0) > 0 && !servingOf(sight, id));
  if (gone !== undefined && context.wasDone)
    return { is: 'failed', words: `${gone} had ${split[gone]} % of the traffic and was removed` };
  if (routing.operation === context.key || context.wasDone)
    return {
      is: 'diverged',
      expected: { split: { ...split }, match: { ...match } },
      found: {
        split: { ...splitOf(sight) },
        match: { ...matchOf(sight) },
        [router.label]: routing.found,
      },
    };
  const weights = kubeWeightsFor(split, sight);
  if (typeof weights === 'string') return { is: 'refuse', words: weights };
  return {
    is: 'act',
    words: `${router.label} gets the new weights`,
    act: (signal) =>
      router.write(routing.fetched, sight, {
        weights,
        match: kubeMatchFor(match, sight),
        key: context.key,
        isShift: true,
        signal,
      }),
  };
}

function kubeIsSplit(seen: Split | null, wanted: Split): boolean {
  const ids = new Set([...Object.keys(wanted), ...Object.keys(seen ?? {})]);
  return [...ids].every((id) => Math.abs((seen?.[id] ?? 0) - (wanted[id] ?? 0)) < KUBE_DUST);
}

const kubeIsMatch = (seen: Match | null, wanted: Match | null) =>
  seen?.release === wanted?.release &&
  (['header', 'cookie'] as const).every(
    (kind) =>
      seen?.[kind]?.name === wanted?.[kind]?.name && seen?.[kind]?.value === wanted?.[kind]?.value,
  );

/** By Deployment; null where no requests have a way of their own. */
function kubeMatchFor(match: Match | null, sight: Sight): RequestMatch | null {
  const stand = match && servingOf(sight, match.release);
  if (!stand) return null;
  const { release: _, ...asked } = match;
  return { ...asked, deployment: stand.deployment.metadata.name };
}

/** By Deployment; a release that stands in two places is served where it is served already. */
function kubeWeightsFor(split: Split, sight: Sight): Weights | string {
  const weights: Record<string, number> = Object.fromEntries(
    sight.routing.names.map((name) => [name, 0]),
  );
  for (const [id, weight] of Object.entries(split)) {
    const stand = servingOf(sight, id);
    if (!stand && weight > 0) return `${id} is not up`;
    if (!stand) continue;
    if (weight > 0 && !stand.pods.some(isReady)) return `${id} has no ready pod`;
    weights[stand.deployment.metadata.name] = weight;
  }
  return weights;
}

function servingOf(sight: Sight, id: string): Stand | undefined {
  const weights = sight.routing.weights ?? {};
  const rank = ({ deployment, isHome }: Stand) =>
    ((weights[deployment.metadata.name] ?? 0) > 0 ? 2 : 0) + (isHome ? 0 : 1);
  return standsIn(sight)
    .filter(({ release }) => release.id === id)
    .sort((one, other) => rank(other) - rank(one))[0];
}
