import {
  type OperationContext,
  ProviderError,
  type Start,
  type Verification,
} from '../../../src/contract/index.ts';
import type { VercelDeployment } from '../client/answers.ts';
import { isMadeBy, isMarked, releaseIn } from '../marks.ts';
import { noteOf } from '../observation.ts';
import { FAILED, type Place } from '../place.ts';
import { vercelSpecOf } from '../release/spec.ts';
import { deploymentOf } from '../search.ts';
import { movingTo, type Standing, standingOf } from '../sight.ts';
import { building, tooEarly } from './building.ts';
import { create } from './creation.ts';
import { failed, type Handling, unsent, vercelPending } from './operation.ts';
import { configure, isConfigured } from './stages.ts';

const LAST_LINES = 30;

/** Built, ready and staged: it serves at its own address, and no domain leads to it. */
export const start: Handling<'start'> = {
  async apply(place, operation, context) {
    const { release } = operation;
    const { signal } = context;
    // A change of traffic may follow at once, and goes by what is read here.
    place.calls.forgetProduction();
    const [found, standing] = await Promise.all([
      deploymentOf(place, release, signal),
      standingOf(place, signal),
    ]);
    // A rolling release that is under way has stages of its own: what others set meanwhile stays.
    if (!(context.routed && found && hasTraffic(found, standing)))
      await configure(place, operation, signal);
    // A try that has failed stays so; another one builds anew.
    if (found && (!isFailed(found) || isMadeBy(found, context))) return;
    if (vercelSpecOf(release).source.kind === 'deployment')
      throw new ProviderError(
        'permanent',
        `Vercel has no deployment of ${release.version} any more`,
      );
    // One that was asked for may be there, and in no list yet.
    if (!place.memory.isUnsure(release.id)) await create(place, release, context);
  },

  async verify(place, operation, context) {
    const { release } = operation;
    const { signal } = context;
    const early = tooEarly(place.memory, release.id);
    if (early) return early;
    const [found, standing] = await Promise.all([
      deploymentOf(place, release, signal),
      standingOf(place, signal),
    ]);
    if (!found) return notThere(place, operation, context);
    if (isFailed(found)) {
      if (isMarked(found) && !isMadeBy(found, context)) return unsent('an earlier try has failed');
      const logs = await place.calls.buildLines(found.id, LAST_LINES, signal).catch(() => []);
      return failed(reasonOf(found), logs);
    }
    if (found.readyState !== 'READY')
      return building(place, { release: release.id, found, signal });
    place.memory.builds.delete(release.id);
    const checked = checksOf(found);
    if (checked) return checked;
    const isServing = context.routed === true && hasTraffic(found, standing);
    if (!isServing && !(await isConfigured(place, operation, signal)))
      return unsent('rolling releases are not configured yet');
    const taken = takenDomains(found, standing, context);
    if (taken) return taken;
    return { state: 'done', facts: { deployment: found.id, url: found.url } };
  },
};

/** By what Vercel says now: a change of traffic may be recorded as begun that was never sent. */
const hasTraffic = ({ id }: VercelDeployment, standing: Standing): boolean =>
  [standing.production, movingTo(standing), standing.rolling?.canaryDeployment?.id].includes(id);

const isFailed = ({ readyState }: VercelDeployment) => FAILED.includes(readyState);

function reasonOf(found: VercelDeployment): string {
  return `the build failed: ${noteOf(found)}${seeIn(found)}`;
}

/** A candidate that has production before we gave it any: it was not checked, by whoever's hand it came. */
function takenDomains(
  found: VercelDeployment,
  { production, rolling }: Standing,
  { before: { live }, direction, routed }: OperationContext,
): Verification | null {
  const known = live === null || live.id === releaseIn(found).id;
  if (routed || known || direction === 'back' || rolling || production !== found.id) return null;
  return {
    state: 'diverged',
    expected: { production: live.id },
    found: { production },
  };
}

const UNCHECKED = ['registered', 'running'];
const REFUSED = ['failed', 'canceled'];

/** What the checks of integrations stand in the way of; null for nothing. Vercel would give no domain, either. */
function checksOf(found: VercelDeployment): Verification | null {
  const { checksState: state, checksConclusion: conclusion, checks } = found;
  if (state && UNCHECKED.includes(state)) return vercelPending(`checks at Vercel are ${state}`);
  const names = Object.entries(checks ?? {}).flatMap(([name, check]) =>
    check?.state === 'failed' ? [name] : [],
  );
  if (names.length === 0 && !(conclusion && REFUSED.includes(conclusion))) return null;
  const what = names.length > 0 ? names.join(', ') : conclusion;
  return failed(`its checks at Vercel did not pass (${what})${seeIn(found)}`);
}

const seeIn = ({ inspectorUrl, errorLink }: VercelDeployment) =>
  [inspectorUrl, errorLink].flatMap((url) => (url ? [`, see ${url}`] : [])).join('');

function notThere(
  { memory }: Place,
  { release: { id } }: Start,
  { key, wasDone }: OperationContext,
): Verification {
  // Whoever takes over cannot know what was asked for just before.
  if (!wasDone && !memory.hasSent(key)) memory.missed(id);
  if (memory.isUnsure(id)) return vercelPending('waiting until Vercel lists what was asked for');
  const upload = memory.uploads.get(id);
  return unsent(
    upload
      ? `${upload.of - upload.left.size} of ${upload.of} files are uploaded`
      : 'not asked for yet',
  );
}
