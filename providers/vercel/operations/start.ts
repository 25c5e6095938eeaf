import { ProviderError, type Verification } from '../../../src/contract/index.ts';
import type { VercelDeployment } from '../client/answers.ts';
import { isMadeBy, isMarked } from '../marks.ts';
import { noteOf } from '../observation.ts';
import { deploymentOf, FAILED, type Place } from '../place.ts';
import { vercelSpecOf } from '../release/spec.ts';
import { create } from './creation.ts';
import { failed, type Handling, unsent, vercelPending } from './operation.ts';
import { configure, isConfigured } from './stages.ts';

const LAST_LINES = 30;

/** Built, ready and staged: it serves at its own address, and no domain leads to it. */
export const start: Handling<'start'> = {
  async apply(place, { release, weights }, context) {
    const { signal } = context;
    await configure(place, weights, signal);
    const found = await deploymentOf(place, release, signal);
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

  async verify(place, { release, weights }, context) {
    const { signal } = context;
    const found = await deploymentOf(place, release, signal);
    if (!found) return notThere(place, release.id);
    if (isFailed(found)) {
      if (isMarked(found) && !isMadeBy(found, context)) return unsent('an earlier try has failed');
      const logs = await place.calls.buildLines(found.id, LAST_LINES, signal).catch(() => []);
      return failed(reasonOf(found), logs);
    }
    if (found.readyState !== 'READY') return building(place, found, signal);
    if (!(await isConfigured(place, weights, signal)))
      return unsent('rolling releases are not configured yet');
    return { state: 'done', facts: { deployment: found.id, url: found.url } };
  },
};

const isFailed = ({ readyState }: VercelDeployment) => FAILED.includes(readyState);

function reasonOf(found: VercelDeployment): string {
  return `the build failed: ${noteOf(found)}${found.inspectorUrl ? `, see ${found.inspectorUrl}` : ''}`;
}

function notThere({ memory }: Place, release: string): Verification {
  if (memory.isUnsure(release))
    return vercelPending('waiting until Vercel lists what was asked for');
  const upload = memory.uploads.get(release);
  return unsent(upload ? `${upload.sent} of ${upload.of} files are uploaded` : 'not asked for yet');
}

async function building(place: Place, { id, readyState }: VercelDeployment, signal: AbortSignal) {
  const lines = await place.calls.buildLines(id, 1, signal).catch(() => []);
  const last = lines.at(-1);
  return vercelPending(`${readyState.toLowerCase()}${last ? `: ${last}` : ''}`);
}
