import { type DeployError, EXIT, type ExitCode } from '../../contract/index.ts';
import {
  type DeploymentState,
  type Ending,
  failedUndo,
  judgeLock,
  type Newest,
  type Past,
  readNewest,
  readPast,
  rollbackUnfinished,
  type WhereRecorded,
  type World,
} from '../../engine/index.ts';
import { makeReturnPlan } from '../plans/make-plan.ts';
import { tellNotes } from '../plans/notes.ts';
import { recordedRelease, releaseBefore } from '../plans/return-release.ts';
import { runPlan, whileRunning } from '../run/open-run.ts';
import {
  type Command,
  EVENTS_OPTION,
  type Input,
  TARGET_OPTIONS,
  textOption,
  YES_OPTION,
} from '../shell/command.ts';
import type { Composition } from '../shell/composition.ts';
import { reading } from '../shell/run-world.ts';
import {
  closeEarly,
  type OpenedEarly,
  openEarly,
  openRecorded,
  type TargetPlace,
} from '../target/place.ts';
import { meantDeployment, newestNamed, openScope, type Scope } from '../target/scope.ts';
import { anotherRuns, liveAlready, nothingToSkip, versionForId } from './errors.ts';

export const command: Command = {
  arguments: '[deployment]',
  description:
    'Undo a deployment: stop and reverse it while it runs, or restore the previous release.',
  options: [
    ...TARGET_OPTIONS,
    EVENTS_OPTION,
    {
      flags: '--to <version>',
      description: 'any recorded release, by version or deployment id',
      looksUp: 'releases',
    },
    { flags: '--reason <text>', description: 'kept in the record' },
    {
      flags: '--skip-undo',
      description: 'skip the undo hook that failed and continue the rollback',
    },
    { ...YES_OPTION, description: 'accepted for scripts; rollback never asks' },
  ],
  page: 'incidents.md',
  examples: [
    ['deployctl rollback', 'the newest deployment of the service'],
    ['deployctl rollback k3v9', 'that deployment, from any folder'],
    ['deployctl rollback --to v41', 'back to any recorded version'],
  ],
  streams: true,
  run: runRollbackCommand,
};

async function runRollbackCommand(input: Input): Promise<ExitCode> {
  const composition = await input.compose();
  const scope = await openScope(input, composition);
  const { meant, early, past: read } = await lookUp(input, composition, scope);
  const { workspace, store } = scope;
  const { target } = meant.plan;
  // Before the platform is opened: whoever has written since is met when the lock is taken.
  const past = read ?? readPast(reading(input.io, composition, store), target.id);
  const known = Promise.resolve(past);
  known.catch(() => {});
  const place = await openRecorded(input, composition, { workspace, plan: meant.plan, early });
  return whileRunning(input, { composition, place, store }, async (world) => {
    const newest = await readNewest(world, target.id, known);
    const ending = await undo(input, composition, { world, place, newest, meant });
    const isBack = ending.result === 'rolled-back' || ending.result === 'succeeded';
    return isBack ? EXIT.done : ending.exit;
  });
}

interface LookedUp {
  readonly meant: DeploymentState;
  /** The log that ends with it, where it was read already. */
  readonly past: Past | null;
  readonly early: OpenedEarly | null;
}

async function lookUp(input: Input, composition: Composition, scope: Scope): Promise<LookedUp> {
  const { workspace } = scope;
  const early: OpenedEarly[] = [];
  const located = (found: WhereRecorded) => {
    const one = openEarly(input, composition, { workspace, found });
    if (one) early.push(one);
  };
  try {
    const named = await newestNamed(input, scope, located);
    const meant = named?.meant ?? (await meantOrVersion(input, composition, scope));
    return { meant, past: named?.past ?? null, early: early[0] ?? null };
  } catch (error) {
    for (const one of early) closeEarly(one);
    throw error;
  }
}

/** Somebody who gives a version where an id belongs is told the right words for it. */
async function meantOrVersion(
  input: Input,
  composition: Composition,
  scope: Scope,
): Promise<DeploymentState> {
  try {
    return await meantDeployment(input, composition, scope);
  } catch (error) {
    const [version] = input.args;
    const { code, why, next } = error as DeployError;
    const isPlain = code === 'not-found' && why === undefined && next.length === 1;
    if (!isPlain || version === undefined) throw error;
    throw versionForId(error as DeployError, version);
  }
}

interface Undoing {
  readonly world: World;
  readonly place: TargetPlace;
  readonly newest: Newest;
  readonly meant: DeploymentState;
}

async function undo(input: Input, composition: Composition, undoing: Undoing): Promise<Ending> {
  const { world, newest, place } = undoing;
  if (input.options.skipUndo === true) refuseToSkip(newest.state);
  if (newest.state && !newest.state.ended) {
    const ending = await rollBackUnended(input, undoing, newest.state);
    // It had ended before it received the command, so it still has to be undone.
    if (ending.result !== 'succeeded') return ending;
    return undo(input, composition, {
      ...undoing,
      newest: await readNewest(world, place.target.id),
    });
  }
  return restore(input, composition, undoing);
}

/** Nothing is unfinished: a deployment of its own brings back the release that is asked for. */
async function restore(
  input: Input,
  composition: Composition,
  { world, newest, meant, place }: Undoing,
): Promise<Ending> {
  const to = textOption(input.options, 'to');
  const release =
    to === undefined
      ? await releaseBefore(world, meant)
      : await recordedRelease(world, place.target, to);
  const undoes = to === undefined ? meant.id : null;
  const { timeouts } = meant.plan;
  const plan = await makeReturnPlan({ world, composition }, place, { release, undoes, timeouts });
  if (!plan) throw liveAlready(release.version);
  tellNotes(input.io, plan);
  return runPlan(world, plan, newest);
}

/** Stops a deployment that is unfinished and reverses it; where another process runs it, that one does it. */
async function rollBackUnended(
  { io, options }: Input,
  { world, newest, meant }: Undoing,
  running: DeploymentState,
): Promise<Ending> {
  const to = textOption(options, 'to');
  const before = running.plan.before.live;
  if (running.id !== meant.id || (to !== undefined && to !== before?.version))
    throw anotherRuns(running, to);
  const { signal } = new AbortController();
  const { actor } = world.holder;
  const lock = await judgeLock(world, newest, signal);
  const isHeld = lock === 'alive';
  if (isHeld) io.stderr.write(`${running.id} was told to roll back; waiting for it to end.\n`);
  const why = textOption(options, 'reason') ?? `rollback asked for by ${actor.name}`;
  const skipUndo = options.skipUndo === true;
  const ending = await rollbackUnfinished(world, { ...newest, lock }, { why, signal, skipUndo });
  if (isHeld && ending.result === 'rolled-back')
    io.stderr.write(`${running.id} was rolled back; ${before?.version ?? 'nothing'} serves.\n`);
  return ending;
}

/** Said for nothing, it would be believed to have skipped something. */
function refuseToSkip(state: DeploymentState | null): void {
  if (!state || !failedUndo(state)) throw nothingToSkip();
}
