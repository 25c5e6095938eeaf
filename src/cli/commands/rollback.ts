import { DeployError, EXIT, type ExitCode, type Release, type Target } from '../../contract/index.ts';
import {
  type DeploymentState,
  type Ending,
  findDeployment,
  listDeployments,
  type Newest,
  readNewest,
  rollbackUnfinished,
  type World,
} from '../../engine/index.ts';
import { type Command, type Input, OUTPUT_OPTION, TARGET_OPTIONS, text } from '../command.ts';
import type { Composition } from '../composition.ts';
import { makeReturnPlan } from '../making.ts';
import { beginRunning, runPlan } from '../running.ts';
import { meantDeployment, openRecorded, openStore, type Place } from '../target.ts';

export const command: Command = {
  arguments: '[deployment]',
  description: 'Undo a deployment: turn it round while it runs, or bring back what served before it.',
  options: [
    ...TARGET_OPTIONS,
    OUTPUT_OPTION,
    { flags: '--to <version>', description: 'any recorded release, by version or deployment id' },
    { flags: '--reason <text>', description: 'kept in the record' },
    { flags: '-y, --yes', description: 'ask nothing' },
  ],
  examples: [
    ['deployctl rollback', 'the newest deployment of the service'],
    ['deployctl rollback k3v9', 'that deployment, from any folder'],
    ['deployctl rollback --to v41', 'back to any recorded version'],
  ],
  run: rollback,
};

async function rollback(input: Input): Promise<ExitCode> {
  const composition = await input.compose();
  const store = await openStore(input, composition);
  const meant = await meantDeployment(input, composition, store);
  const place = await openRecorded(input, composition, meant.plan);
  const running = await beginRunning(input, composition, { provider: place.provider, store });
  try {
    const newest = await readNewest(running.world, place.target.id);
    const ending = await undo(input, composition, { world: running.world, place, newest, meant });
    const back = ending.result === 'rolled-back' || ending.result === 'succeeded';
    return back ? EXIT.done : ending.exit;
  } finally {
    await running.close();
  }
}

interface Undoing {
  readonly world: World;
  readonly place: Place;
  readonly newest: Newest;
  readonly meant: DeploymentState;
}

async function undo(input: Input, composition: Composition, undoing: Undoing): Promise<Ending> {
  const { world, newest, meant, place } = undoing;
  const to = text(input.options, 'to');
  const reason = text(input.options, 'reason') ?? `rollback asked for by ${world.holder.actor.name}`;
  if (newest.state && !newest.state.ended) {
    if (newest.state.id !== meant.id) throw anotherRuns(newest.state, meant);
    return rollbackUnfinished(world, newest, reason, new AbortController().signal);
  }
  const wanted = to ? await recorded(world, place.target, to) : await before(world, meant);
  const plan = await makeReturnPlan(world, composition, place, { release: wanted, undoes: to ? null : meant.id });
  if (!plan) throw already(wanted);
  return runPlan(world, plan, newest);
}

/** What served before that deployment; refused when undoing it would not do what its name says. */
async function before(world: World, meant: DeploymentState): Promise<Release> {
  const { plan, id, ended } = meant;
  const { live } = await world.provider.observe();
  if (ended?.result === 'rolled-back') throw overdue(meant, 'it was rolled back already');
  if (live !== plan.release.id) throw overdue(meant, `${live ?? 'nothing'} is live now, not its ${plan.release.version}`);
  if (plan.undoes) throw overdue(meant, `it is a rollback itself, of ${plan.undoes}`);
  if (plan.before.live) return plan.before.live;
  throw new DeployError('policy', {
    message: `Nothing was live before ${id}: there is no version to go back to.`,
    state: `${plan.release.version} serves. Nothing was touched.`,
    next: ['deployctl deploy --release <version>', 'deployctl down'],
  });
}

/** The newest release that was ever deployed with success under this name. */
async function recorded(world: World, target: Target, wanted: string): Promise<Release> {
  if (/^[a-z0-9]{4,8}$/.test(wanted)) {
    const named = await findDeployment(world.store, wanted).catch(() => null);
    if (named?.plan.target.id === target.id) return named.plan.release;
  }
  const versions = new Set<string>();
  for await (const { first, last } of listDeployments(world.store, target.id)) {
    if (first.body.kind !== 'opened' || last.body.kind !== 'ended' || last.body.result !== 'succeeded') continue;
    const { release } = first.body.plan;
    if (release.version === wanted || release.id === wanted) return release;
    versions.add(release.version);
  }
  throw new DeployError('not-found', {
    message: `No deployment of ${wanted} has succeeded here.`,
    why: versions.size ? `Recorded: ${[...versions].slice(0, 10).join(', ')}.` : undefined,
    next: ['deployctl history'],
  });
}

function anotherRuns(running: DeploymentState, meant: DeploymentState): DeployError {
  return new DeployError('held', {
    message: `${meant.id} is over, and another deployment, ${running.id}, is unfinished.`,
    state: 'Nothing was touched.',
    next: [`deployctl rollback ${running.id}`, 'deployctl status'],
  });
}

function overdue({ id }: DeploymentState, why: string): DeployError {
  return new DeployError('policy', {
    message: `Undoing ${id} would not do what is probably meant: ${why}.`,
    state: 'Nothing was touched.',
    next: ['deployctl history', 'deployctl rollback --to <version>'],
  });
}

function already(release: Release): DeployError {
  return new DeployError('policy', { message: `${release.version} is live already.`, state: 'Nothing was touched.', next: ['deployctl status'] });
}
