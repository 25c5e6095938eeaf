import {
  type OperationContext,
  ProviderError,
  type Retire,
  type Verification,
} from '../../../src/contract/index.ts';
import type { VercelDeployment } from '../client/answers.ts';
import { VercelError } from '../client/failure.ts';
import { isProduction } from '../connection.ts';
import { isMarked } from '../marks.ts';
import { FAILED, type Place, wholeOf } from '../place.ts';
import { deploymentOf } from '../search.ts';
import { type Standing, standingOf } from '../sight.ts';
import { type Handling, unsent, VERCEL_DONE, vercelPending } from './operation.ts';
import { isRestored, restore } from './stages.ts';

/**
 * What never served is taken away. What did stays at Vercel without traffic and without cost, so
 * that production can be led back to it at once.
 */
export const retire: Handling<'retire'> = {
  async apply(place, operation, context) {
    const { signal } = context;
    const { found, standing } = await seen(place, operation, context);
    if (found && isServing(standing, found) && operation.keeps !== null)
      throw new ProviderError('permanent', `${operation.release} still has traffic`);
    if (found && goes(place, { found, standing, operation, context }))
      await takeAway(place, found, signal);
    await restore(place, context);
  },

  async verify(place, operation, context): Promise<Verification> {
    const { found, standing } = await seen(place, operation, context);
    if (found && isServing(standing, found) && operation.keeps !== null)
      return vercelPending(`${operation.release} still has traffic`);
    if (found && goes(place, { found, standing, operation, context }))
      return unsent(`${found.id} is still there`);
    if (!(await isRestored(place, context)))
      return unsent('the settings of rolling releases are not restored yet');
    return VERCEL_DONE;
  },
};

async function seen(place: Place, { release }: Retire, context: OperationContext) {
  const { signal } = context;
  const [found, standing] = await Promise.all([
    deploymentOf(place, wholeOf(release, context), signal),
    standingOf(place, signal),
  ]);
  return { found, standing };
}

const isServing = ({ production, rolling }: Standing, { id }: VercelDeployment) =>
  production === id || rolling?.canaryDeployment?.id === id;

interface Retiring {
  readonly found: VercelDeployment;
  readonly standing: Standing;
  readonly operation: Retire;
  readonly context: OperationContext;
}

/** Only what deployctl has made, and what nobody would go back to. */
function goes({ connection }: Place, { found, standing, operation, context }: Retiring): boolean {
  if (!isMarked(found)) return false;
  if (operation.keeps === null && isServing(standing, found)) return true;
  // Outside production nobody notes what has served: only what was live before is known to have.
  if (!isProduction(connection)) return operation.release !== context.before.live?.id;
  return found.readySubstate !== 'PROMOTED';
}

/** A build that came to its end meanwhile cannot be canceled, and need not be. */
function unlessOver(error: unknown): void {
  if (!(error instanceof VercelError && error.status === 400)) throw error;
}

async function takeAway({ calls, memory }: Place, found: VercelDeployment, signal: AbortSignal) {
  const builds = found.readyState !== 'READY' && !FAILED.includes(found.readyState);
  if (builds) await calls.cancel(found.id, signal).catch(unlessOver);
  await calls.remove(found.id, signal);
  for (const [release, id] of memory.deployments)
    if (id === found.id) memory.deployments.delete(release);
}
