import type { DeployError, Release, Target } from '../../contract/index.ts';
import {
  type DeploymentState,
  findDeployment,
  listDeployments,
  prunedNote,
  type Summary,
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
  const log = { store: world.store, target: target.id };
  const refuse = (damage: DeployError) => {
    throw byIdOnly(damage);
  };
  for await (const deployment of listDeployments(log, refuse)) {
    for (const release of provenIn(deployment)) {
      if (release.version === wanted || release.id === wanted) return release;
      versions.add(release.version);
    }
  }
  throw neverSucceeded(wanted, [...versions], await prunedNote(log));
}

/** Releases that a deployment shows to have served: its own only if it succeeded, and those before it. */
function provenIn({ first, last }: Summary): readonly Release[] {
  const succeeded = last.body.kind === 'ended' && last.body.result === 'succeeded';
  const tried = first.body.kind === 'opened' ? first.body.plan.release.id : null;
  return releasesRecordedIn(first).filter(({ id }) => succeeded || id !== tried);
}
