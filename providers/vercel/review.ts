import type { Before, Operation, Review, Start } from '../../src/contract/index.ts';
import { isProduction } from './connection.ts';
import { refusalOf, stagesFor } from './operations/stages.ts';
import { originTold } from './origin.ts';
import type { Place } from './place.ts';
import { standingOf } from './sight.ts';

type VercelTold = Partial<Review>;

/** What Vercel would refuse half-way, asked before the first write. */
export async function reviewVercel(
  place: Place,
  operations: readonly Operation[],
  _before: Before,
): Promise<Review> {
  const starts = operations.filter((one): one is Start => one.kind === 'start');
  const told = await Promise.all([
    ...starts.flatMap((one) => [stages(place, one), originTold(place, one.release)]),
    target(place),
    protection(place, starts),
    vercelStanding(place, operations),
  ]);
  return {
    refusals: told.flatMap(({ refusals = [] }) => refusals),
    notes: told.flatMap(({ notes = [] }) => notes),
    lost: told.flatMap(({ lost = [] }) => lost),
  };
}

async function stages({ calls, connection }: Place, { weights }: Start): Promise<VercelTold> {
  const refusal = refusalOf(weights);
  if (refusal) return { refusals: [refusal] };
  if (!stagesFor(weights)) return {};
  if (!isProduction(connection))
    return {
      refusals: ['Vercel has Rolling Releases for production only. Use the strategy blue-green.'],
    };
  const { reason, message } = await calls.billing();
  if (reason === 'plan_not_supported' || reason === 'no_available_slots')
    return {
      refusals: [
        `Vercel has no Rolling Releases for this project (${reason}): ${message}. Use the strategy blue-green.`,
      ],
    };
  return {
    notes: [
      'The shares are of visitors, and each visitor stays with one version; Vercel turns Skew Protection on with Rolling Releases.',
    ],
  };
}

/** A custom environment that there is not would be refused by Vercel after the upload. */
async function target({ calls, connection }: Place): Promise<VercelTold> {
  const { target } = connection;
  if (isProduction(connection) || target === 'preview') return {};
  const slugs = await calls.environments();
  if (slugs.includes(target)) return {};
  return {
    refusals: [
      `The project has no environment ${target}: it has production, preview${slugs.map((slug) => `, ${slug}`).join('')}.`,
    ],
  };
}

/** Which deployments a kind of protection leaves open at their own address: only this one those of production. */
const OPEN_IN_PRODUCTION = 'preview';

/** A login in front of the candidate fails each gate that asks it; said before anything is built. */
async function protection(
  { calls, connection }: Place,
  starts: readonly Start[],
): Promise<VercelTold> {
  if (starts.length === 0 || connection.bypass !== null) return {};
  const { ssoProtection, passwordProtection } = await calls.project();
  const kinds = [ssoProtection, passwordProtection].flatMap((one) =>
    one ? [one.deploymentType ?? 'all'] : [],
  );
  const closed = kinds.filter((kind) => !(isProduction(connection) && kind === OPEN_IN_PRODUCTION));
  if (closed.length === 0) return {};
  return {
    notes: [
      `Deployments of this project are protected (${closed.join(', ')}): gates that ask the candidate at its own address get a login, and fail. Make a secret at Vercel (Settings, Deployment Protection, Protection Bypass for Automation) and set VERCEL_AUTOMATION_BYPASS_SECRET to it.`,
    ],
  };
}

async function vercelStanding(place: Place, operations: readonly Operation[]): Promise<VercelTold> {
  if (!isProduction(place.connection) || !operations.some(({ kind }) => kind === 'route'))
    return {};
  const { rolling } = await standingOf(place);
  const settings = await place.calls.rollingSettings();
  const switches = operations.every((one) => one.kind !== 'start' || !stagesFor(one.weights));
  const notes =
    switches && settings && !rolling
      ? [
          'Rolling Releases are on in this project: the promotion starts one, and it is completed at once.',
        ]
      : [];
  return { notes };
}
