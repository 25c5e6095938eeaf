import { DeployError, type Release, type Target } from '../../contract/index.ts';
import {
  type DeploymentState,
  findDeployment,
  listDeployments,
  prunedNote,
  type World,
} from '../../engine/index.ts';
import { observeLive, releasesRecordedIn } from './make-plan.ts';

/** What served before that deployment; refused when undoing it would not do what its name says. */
export async function releaseBefore(world: World, meant: DeploymentState): Promise<Release> {
  const { plan, id, ended } = meant;
  const { live } = await observeLive(world);
  const before = plan.before.live;
  if (ended?.result === 'rolled-back') throw overdue(id, 'it was rolled back already');
  if (live !== plan.release.id) {
    const found = live === null ? 'nothing is live now' : `${live} is live now`;
    throw overdue(id, `${found}, not its ${plan.release.version}`, before);
  }
  if (plan.undoes) throw overdue(id, `it is a rollback itself, of ${plan.undoes}`, before);
  if (before) return before;
  throw new DeployError('policy', {
    message: `Nothing was live before ${id}: there is no version to go back to.`,
    state: `${plan.release.version} serves. Nothing was touched.`,
    next: ['deployctl deploy --release <version>', 'deployctl down'],
  });
}

function overdue(id: string, why: string, before: Release | null = null): DeployError {
  return new DeployError('policy', {
    message: `Refusing to undo ${id}: ${why}.`,
    state: 'Nothing was touched.',
    next: ['deployctl history', `deployctl rollback --to ${before?.version ?? '<version>'}`],
  });
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
    byIdOnly,
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
  throw unrecorded(
    wanted,
    [...versions],
    await prunedNote({ store: world.store, target: target.id }),
  );
}

/** Which one was the newest of that version is not known then; an id says it. */
function byIdOnly({ code, message, why, state }: DeployError): never {
  const next = ['deployctl history', 'deployctl rollback --to <deployment id>'];
  throw new DeployError(code, { message, why, state, next });
}

function unrecorded(
  wanted: string,
  versions: readonly string[],
  pruned: string | null,
): DeployError {
  const known = versions.length ? `Recorded: ${versions.slice(0, 10).join(', ')}.` : null;
  return new DeployError('not-found', {
    message: `No deployment of ${wanted} has succeeded here.`,
    why: [known, pruned].filter(Boolean).join(' ') || undefined,
    state: 'Nothing was touched.',
    next: ['deployctl history'],
  });
}
