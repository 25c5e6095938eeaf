import {
  type ErrorCode,
  EXIT,
  type ExitCode,
  isDeployError,
  type Plan,
} from '../../contract/index.ts';
import {
  checkSavedPlan,
  clearTheWay,
  drive,
  expectPossible,
  open,
  type Supersede,
  sturdy,
  type World,
} from '../../engine/index.ts';
import {
  liveRelease,
  makeBootstrapPlan,
  makePlan,
  observeLive,
  type Planner,
} from '../plans/make-plan.ts';
import { tellNotes } from '../plans/notes.ts';
import { warnOfOrigin } from '../plans/plan-origin.ts';
import { readPlan } from '../plans/saved-plan.ts';
import { confirmed } from '../prompt/confirm.ts';
import { whileRunning } from '../run/open-run.ts';
import { waitingTold } from '../run/print-wait.ts';
import {
  CONFIG_OPTIONS,
  type Command,
  durationOption,
  EVENTS_OPTION,
  type Input,
  STORE_OPTION,
  textOption,
  VIA_OPTION,
  YES_OPTION,
} from '../shell/command.ts';
import type { Composition } from '../shell/composition.ts';
import { whereabouts } from '../target/config-summary.ts';
import { openStore } from '../target/open-store.ts';
import { type ConfiguredPlace, openConfigured, openRecorded } from '../target/place.ts';
import { expectKnownVia } from '../target/via.ts';
import { interruptedBefore, planIsFixed } from './errors.ts';

export const command: Command = {
  arguments: '[version]',
  description: 'Deploy a release: make a plan, run it, and roll back when a gate fails.',
  options: [
    ...CONFIG_OPTIONS,
    STORE_OPTION,
    VIA_OPTION,
    EVENTS_OPTION,
    { flags: '--plan <file>', description: 'run exactly this plan, saved by `plan --out`' },
    {
      flags: '--supersede <policy>',
      description: 'what to do if an earlier deployment is unfinished',
      choices: ['reject', 'queue', 'cancel-older'],
    },
    {
      flags: '--wait-lock <duration>',
      description: 'how long to wait for a running deployment to end',
    },
    {
      flags: '--deadline <duration>',
      description:
        'time limit for the whole deployment; it is rolled back when the limit is exceeded',
    },
    {
      flags: '--on-interrupt <what>',
      description: 'what the first Ctrl-C does',
      choices: ['pause', 'rollback'],
    },
    {
      flags: '--wait-approval',
      description: 'wait for approvals even without a terminal',
    },
    YES_OPTION,
  ],
  page: 'guide.md',
  examples: [
    ['deployctl deploy', 'the release and strategy that the config names'],
    ['deployctl deploy v42 --env production', 'another version and environment'],
    ['deployctl deploy --plan plan.json', 'exactly what was reviewed'],
    ['deployctl deploy --wait-lock 10m --deadline 1h', 'for CI: wait in line, give up in time'],
    ['deployctl deploy --output json | jq .type', 'one event per line'],
  ],
  streams: true,
  run: deploy,
};

async function deploy(input: Input): Promise<ExitCode> {
  const composition = await input.compose();
  const file = textOption(input.options, 'plan');
  return file === undefined
    ? deployConfigured(input, composition)
    : deploySaved(input, composition, file);
}

async function deployConfigured(input: Input, composition: Composition): Promise<ExitCode> {
  const overrides = overridesOf(input);
  durationOption(input, 'waitLock');
  const opened = await openConfigured(input, composition);
  const place = { ...opened, config: { ...opened.config, ...overrides } };
  const store = await openStore(input, composition, opened);
  return whileRunning(input, { composition, place, store }, async (world) => {
    const planner = { world, composition };
    await sturdy(world).probe();
    const first = await bootstrap(input, planner, place);
    return first === EXIT.done ? deployWanted(input, planner, place) : first;
  });
}

/** What the command line says about this one deployment. */
function overridesOf(input: Input) {
  const deadline = durationOption(input, 'deadline');
  const onInterrupt = textOption(input.options, 'onInterrupt') as 'pause' | 'rollback' | undefined;
  return { ...(deadline === null ? {} : { deadline }), ...(onInterrupt ? { onInterrupt } : {}) };
}

/** On a target where nothing is live, what the config wants there first. */
async function bootstrap(
  input: Input,
  planner: Planner,
  place: ConfiguredPlace,
): Promise<ExitCode> {
  return deployInTurn(input, planner.world, {
    ...supersedeOf(place),
    plan: () => makeBootstrapPlan(planner, place),
  });
}

async function deployWanted(
  input: Input,
  planner: Planner,
  place: ConfiguredPlace,
): Promise<ExitCode> {
  const planWanted = async () => {
    const plan = await makePlan(planner, place);
    if (plan) await confirmNotes(input, plan);
    else input.io.stderr.write(`${place.config.release} is already live: nothing to do.\n`);
    return plan;
  };
  return deployInTurn(input, planner.world, { ...supersedeOf(place), plan: planWanted });
}

/** What a person should read before saying yes is asked about where a person is, and told anywhere. */
async function confirmNotes(input: Input, plan: Plan): Promise<void> {
  if (plan.notes.length === 0) return;
  tellNotes(input.io, plan);
  if (input.io.interactive) await confirmed(input, `Deploy ${plan.release.version} nevertheless?`);
}

async function deploySaved(
  input: Input,
  composition: Composition,
  file: string,
): Promise<ExitCode> {
  refuseChanges(input);
  const plan = await readPlan(input, file);
  const here = await whereabouts(input, composition).catch(() => null);
  const { workspace } = here ?? { workspace: composition.bare };
  const store = await openStore(input, composition, here);
  const providers = [plan.provider.name];
  await expectKnownVia(input, workspace, { providers, store: store.url });
  const place = await openRecorded(input, composition, { workspace, plan });
  return whileRunning(input, { composition, place, store }, async (world) => {
    await sturdy(world).probe();
    const planSaved = async () => {
      const observation = await observeLive(world);
      const live = await liveRelease(world, place.target.id, observation);
      checkSavedPlan(plan, observation, live);
      const notes = await expectPossible(world, plan);
      tellNotes(input.io, { notes: notes.filter((note) => !plan.notes.includes(note)) });
      // Null also where the config is a program: it is not run for this.
      if (here) await warnOfOrigin(input, { world, composition }, { file, plan });
      return plan;
    };
    const asked = { target: place.target.id, configured: 'reject', plan: planSaved } as const;
    return deployInTurn(input, world, asked);
  });
}

const CHANGING = ['release', 'strategy', 'set', 'deadline', 'onInterrupt', 'env'] as const;
const asFlag = (name: string) =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function refuseChanges({ options, args }: Input): void {
  const flags = CHANGING.filter((name) => options[name] !== undefined).map(asFlag);
  const given = [...args, ...flags];
  if (given.length > 0) throw planIsFixed(given);
}

const FOREVER = Number.MAX_SAFE_INTEGER;

interface ClearingAsked {
  readonly target: string;
  /** What to do about an unfinished deployment, where no flag says it. */
  readonly configured: Supersede;
}

const supersedeOf = ({ target, config }: ConfiguredPlace): ClearingAsked => ({
  target: target.id,
  configured: config.supersede,
});

interface TurnAsked extends ClearingAsked {
  /** Made once the way is clear; null where nothing is to be done. */
  plan(): Promise<Plan | null>;
}

/** Makes room, plans and deploys. Whoever began while this was planning is waited for like those before. */
async function deployInTurn(
  input: Input,
  world: World,
  { target, configured, plan }: TurnAsked,
): Promise<ExitCode> {
  const supersede = (textOption(input.options, 'supersede') ?? configured) as Supersede;
  const patience = durationOption(input, 'waitLock') ?? (supersede === 'queue' ? FOREVER : 0);
  const until = world.clock.monotonic() + patience;
  for (;;) {
    const wait = Math.max(0, until - world.clock.monotonic());
    const newest = await clear(input, world, { target, supersede, wait });
    const wanted = await plan();
    if (!wanted) return EXIT.done;
    const session = await open(world, wanted, newest).catch((error: unknown) => {
      const wasQuicker = isDeployError(error) && LOST_TO_ANOTHER.includes(error.code);
      if (wasQuicker && world.clock.monotonic() < until) return null;
      throw error;
    });
    if (session) return (await drive(session)).exit;
  }
}

/** Another deployment of the target has begun since, or has even ended. */
const LOST_TO_ANOTHER: readonly ErrorCode[] = ['held', 'superseded'];

interface ClearWish {
  readonly target: string;
  readonly supersede: Supersede;
  readonly wait: number;
}

async function clear(input: Input, world: World, { target, supersede, wait }: ClearWish) {
  const stop = new AbortController();
  const unlisten = world.interrupts.listen((signal) => stop.abort(interruptedBefore(signal)));
  try {
    const options = { supersede, wait, signal: stop.signal, waiting: waitingTold(input) };
    const newest = await clearTheWay(world, target, options);
    stop.signal.throwIfAborted();
    return newest;
  } catch (error) {
    const isSaid = isDeployError(error) && SIGNALLED.includes(error.code);
    throw stop.signal.aborted && !isSaid ? stop.signal.reason : error;
  } finally {
    unlisten();
  }
}

const SIGNALLED: readonly ErrorCode[] = ['interrupted', 'terminated'];
