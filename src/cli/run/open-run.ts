import {
  type DeployEvent,
  isDeployError,
  type Plan,
  type Reporter,
  type Store,
} from '../../contract/index.ts';
import { drive, type Ending, type Newest, open, type World } from '../../engine/index.ts';
import { type Input, textOption, wantsJson } from '../shell/command.ts';
import type { Composition, OutputForm, Workspace } from '../shell/composition.ts';
import { reworded } from '../shell/errors.ts';
import { wantsColor } from '../shell/io.ts';
import { realWorld } from '../shell/run-world.ts';
import { typedAgain } from '../shell/typed-again.ts';
import type { TargetPlace } from '../target/place.ts';
import { titleOf } from '../target/title.ts';
import { AnswersHere } from './answer-here.ts';
import { type Acting, waking } from './wake-provider.ts';

/** A world with somebody listening; closed when the command is over. */
interface Running {
  readonly world: World;
  close(): Promise<void>;
}

interface OpenRunParts {
  readonly composition: Composition;
  readonly place: Acting & Pick<TargetPlace, 'target'>;
  readonly store: Store;
}

/** Acts with somebody listening, and says of what it has begun here in any case. */
export async function whileRunning<T>(
  input: Input,
  parts: OpenRunParts,
  act: (world: World) => Promise<T>,
): Promise<T> {
  let isWoken = false;
  const title = titleOf(parts.place.target);
  const running = await beginRunning(input, parts, () => {
    if (!isWoken)
      input.io.stderr.write(`${title} was not running here and has been started again.\n`);
    isWoken = true;
  });
  try {
    return await act(running.world);
  } catch (error) {
    throw isWoken ? afterWaking(error) : error;
  } finally {
    await running.close();
  }
}

/** Nothing else was touched by a command that is refused after that. */
function afterWaking(error: unknown): unknown {
  if (!isDeployError(error) || !error.state?.startsWith('Nothing was ')) return error;
  return reworded(error, {
    state: 'What was not running has been started again, as it was; nothing else was changed.',
    cause: error.cause,
  });
}

async function beginRunning(
  input: Input,
  { composition, place, store }: OpenRunParts,
  woken: () => void,
): Promise<Running> {
  const reporter = await reporterFor(input, place.workspace);
  const here = wantsJson(input)
    ? null
    : new AnswersHere(input.io, (event) => reporter.report(event));
  const emit = (event: DeployEvent) => {
    reporter.report(event);
    here?.hear(event);
  };
  const waits = input.options.waitApproval ? { waitForApproval: true } : {};
  const provider = await waking(composition, place, woken);
  const { workspace } = place;
  const parts = { workspace, provider, store, ...waits, emit };
  const world = await realWorld(input.io, composition, parts);
  here?.answerTo(world);
  return {
    world,
    close: async () => {
      here?.close();
      await reporter.close?.();
      await provider.close();
    },
  };
}

export function reporterFor(
  input: Input,
  workspace: Workspace,
  given?: OutputForm,
): Promise<Reporter> {
  const { io, options } = input;
  const form = given ?? ((textOption(options, 'output') ?? 'auto') as OutputForm);
  const { stdout, stderr } = io;
  const typed = (command: string) => typedAgain(input, command);
  return workspace.reporter(form, { stdout, stderr, color: wantsColor(io, stdout), typed });
}

/** Opens the plan and follows it to its end. */
export async function runPlan(world: World, plan: Plan, newest: Newest): Promise<Ending> {
  return drive(await open(world, plan, newest));
}
