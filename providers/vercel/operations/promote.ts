import { wholeOf } from '../place.ts';
import { deploymentOf } from '../search.ts';
import { standingOf } from '../sight.ts';
import { type Handling, unsent, VERCEL_DONE, vercelPending } from './operation.ts';
import { isRestored, restore } from './stages.ts';

/** The last change of traffic has made it live already; what is left is to put the project's settings back. */
export const promote: Handling<'promote'> = {
  async apply(place, _promote, context) {
    await restore(place, context);
  },

  async verify(place, { release }, context) {
    const { signal } = context;
    const [found, { production }] = await Promise.all([
      deploymentOf(place, wholeOf(release, context), signal),
      standingOf(place, signal),
    ]);
    if (!found || production !== found.id)
      return vercelPending(`production is ${production ?? 'nothing'}`);
    if (!(await isRestored(place, context)))
      return unsent('the settings of rolling releases are not restored yet');
    return VERCEL_DONE;
  },
};
