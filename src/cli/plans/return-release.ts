import type { Release, Target } from '../../contract/index.ts';
import {
  type DeploymentState,
  findDeployment,
  listDeployments,
  prunedNote,
  type World,
} from '../../engine/index.ts';
import { byIdOnly, neverSucceeded, nothingBefore, undoRefused } from './errors.ts';
import { observeLive, releasesRecordedIn } from './make-plan.ts';

/** What served before that deployment; refused when undoing it would not do what its name says. */
export async function releaseBefore(world: World, meant: DeploymentState): Promise<Release> {
  const { plan, id, ended } = meant;
  const before = plan.before.live;
  const { live, owner } = await observeLive(world, before ? [before.id] : []);
  if (ended?.result === 'rolled-back') throw undoRefused(id, 'it was rolled back already');
  if (live !== plan.release.id) {
    const found = live === null ? 'nothing is live now' : `${live} is live now`;
    const why = live === null && owner !== null ? `: ${owner}` : '';
    throw undoRefused(id, `${found}, not its ${plan.release.version}${why}`, before);
  }
  if (plan.undoes) throw undoRefused(id, `it is a rollback itself, of ${plan.undoes}`, before);
  if (before) return before;
  throw nothingBefore(meant);
}

/** The newest release that was ever deployed with success under this name. */
export async function recordedRelease(
  world: World,
  target: Target,
  wanted: string,
): Promise<Release> {
  const named = await findDeployment(world.store, wanted).catch(() => null);
  if (named?.plan.target.id === target.id && named.ended?.result === 'succeeded')
    return named.plan.release;
  const versions = new Set<string>();
  for await (const { first, last } of listDeployments(
    { store: world.store, target: target.id },
    (damage) => {
      throw byIdOnly(damage);
    },
  )) {
    const isGood = last.body.kind === 'ended' && last.body.result === 'succeeded';
    for (const release of releasesRecordedIn(first)) {
      // What was only tried is nothing to go back to; what served before it is.
      if (!isGood && first.body.kind === 'opened' && release.id === first.body.plan.release.id)
        continue;
      if (release.version === wanted || release.id === wanted) return release;
      versions.add(release.version);
    }
  }
  throw neverSucceeded(
    wanted,
    [...versions],
    await prunedNote({ store: world.store, target: target.id }),
  );
}
