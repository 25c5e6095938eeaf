import { type ControlKind, EXIT, type ExitCode } from '../../contract/index.ts';
import {
  type ControlWish,
  type DeploymentState,
  judgeLock,
  type Newest,
  objectionTo,
  readNewest,
  resume,
  rollbackUnfinished,
  sendControl,
  type World,
} from '../../engine/index.ts';
import { onMeantDeployment } from '../run/meant-deployment.ts';
import {
  type Command,
  EVENTS_OPTION,
  type Input,
  TARGET_OPTIONS,
  textOption,
} from '../shell/command.ts';
import { typedAgain } from '../shell/typed-again.ts';
import { approvalUncounted, nothingRuns, notWaiting } from './errors.ts';

interface ControlWords extends Partial<Pick<Command, 'options' | 'examples'>> {
  /** For the example. */
  readonly reason?: string;
}

/** A wish for the holder of a deployment; where no holder lives, it is done here. */
function controlCommand(
  kind: ControlKind,
  description: string,
  { reason = '', options = [], examples = [] }: ControlWords = {},
): Command {
  return {
    arguments: '[deployment]',
    description,
    options: [
      ...TARGET_OPTIONS,
      EVENTS_OPTION,
      { flags: '--reason <text>', description: 'kept in the record' },
      ...options,
    ],
    page: 'incidents.md',
    examples: [
      [`deployctl ${kind}`, 'the newest deployment of the service here'],
      [`deployctl ${kind} k3v9${reason}`, 'that one, from another terminal or machine'],
      ...examples,
    ],
    streams: true,
    run: (input) => sendCommands(input, kind),
  };
}

export const approveControl = controlCommand(
  'approve',
  'Approve a deployment that waits for approval.',
  {
    reason: ' --reason "looks fine"',
    options: [
      {
        flags: '--token <token>',
        description: 'a signed token, made with the key of the approval; - reads it from stdin',
      },
    ],
    examples: [
      ['deployctl approve k3v9 --token - < token', 'a token that a server or a CI step has signed'],
    ],
  },
);
export const reject = controlCommand(
  'reject',
  'Reject a deployment that waits for approval: it is rolled back.',
  { reason: ' --reason "wrong build"' },
);
export const promote = controlCommand(
  'promote',
  'End the current wait early: a hold, a bake or an approval.',
);
export const pause = controlCommand(
  'pause',
  'Stop a running deployment where it is; it can be resumed.',
);
export const abort = controlCommand('abort', 'Stop a running deployment and roll it back.', {
  reason: ' --reason "wrong build"',
});

async function sendCommands(input: Input, kind: ControlKind): Promise<ExitCode> {
  return onMeantDeployment(input, (world, newest) => deliver({ input, kind }, world, newest));
}

/** Which command this is, and how it was called. */
interface Sending {
  readonly input: Input;
  readonly kind: ControlKind;
}

async function deliver({ input, kind }: Sending, world: World, newest: Newest): Promise<ExitCode> {
  const state = unfinished(newest);
  const reason = textOption(input.options, 'reason') ?? null;
  const { actor } = world.holder;
  const token = await tokenOf(input);
  const wish: ControlWish = { kind, reason, actor, ...(token === null ? {} : { token }) };
  if (kind === 'approve' || kind === 'reject') refuseUnlessWaiting(state);
  const { signal } = new AbortController();
  const lock = await judgeLock(world, newest, signal);
  const isHeld = lock === 'alive';
  if (!isHeld && kind === 'pause')
    return tellPerson(input, `${state.id} is already paused.`, `deployctl resume ${state.id}`);
  if (!isHeld && kind === 'abort')
    return back(
      await rollbackUnfinished(
        world,
        { ...newest, lock },
        { why: reason ?? `aborted by ${actor.name}`, signal },
      ),
    );
  if (kind === 'approve' || kind === 'promote') await refuseUncounted(world, state, wish);
  await sendControl(world, state, wish);
  if (isHeld) return acknowledged({ input, kind }, world, state);
  const now = await readNewest(world, state.plan.target.id);
  const ending = await resume(world, { ...now, lock }, { signal, why: `${kind} by ${actor.name}` });
  return kind === 'reject' ? back(ending) : ending.exit;
}

/** Where going back was asked for, having gone back is success. */
const back = ({ result, exit }: { result: string; exit: ExitCode }) =>
  result === 'rolled-back' ? EXIT.done : exit;

function unfinished({ state }: Newest): DeploymentState {
  if (state && !state.ended) return state;
  throw nothingRuns(state);
}

function refuseUnlessWaiting(state: DeploymentState): void {
  const step = state.course.find(({ id }) => id === state.inFlight);
  if (step?.action.kind === 'approve' || step?.onFailure === 'ask') return;
  throw notWaiting(state);
}

/** The holder looks again: what is refused here has not even been recorded. */
async function refuseUncounted(
  world: World,
  state: DeploymentState,
  wish: ControlWish,
): Promise<void> {
  const why = await objectionTo(world, state, wish);
  if (why !== null) throw approvalUncounted(state, why);
}

async function tokenOf({ io, options }: Input): Promise<string | null> {
  const given = textOption(options, 'token');
  if (given === undefined) return null;
  return (given === '-' ? await io.readFile('/dev/stdin') : given).trim();
}

/** Waits until the holder has taken it up, so that the answer of this command is true. */
async function acknowledged(
  { input, kind }: Sending,
  world: World,
  before: DeploymentState,
): Promise<ExitCode> {
  const until = world.clock.monotonic() + world.pace.call;
  while (world.clock.monotonic() < until) {
    const { state } = await readNewest(world, before.plan.target.id);
    if (!state || state.id !== before.id || state.controlSeq > before.controlSeq)
      return tellPerson(input, `${kind}: ${before.id} has received it.`, FOLLOW);
    await world.clock.sleep(world.pace.control);
  }
  return tellPerson(
    input,
    `${kind}: recorded for ${before.id}, which has not received it yet.`,
    FOLLOW,
  );
}

const FOLLOW = 'deployctl status --watch';

function tellPerson(input: Input, line: string, next: string): ExitCode {
  input.io.stderr.write(`${line} Next: ${typedAgain(input, next)}\n`);
  return EXIT.done;
}
