import type { DeployEvent, Plan, Reporter, Store } from '../../contract/index.ts';
import { drive, type Ending, type Newest, open, type World } from '../../engine/index.ts';
import { type Input, textOption, wantsJson } from '../shell/command.ts';
import type { Composition, OutputForm, Workspace } from '../shell/composition.ts';
import { wantsColor } from '../shell/io.ts';
import { realWorld } from '../shell/run-world.ts';
import { AnswersHere } from './answer-here.ts';
import { type Acting, waking } from './wake-provider.ts';

/** A world with somebody listening; closed when the command is over. */
export interface Running {
  readonly world: World;
  close(): Promise<void>;
}

interface OpenRunParts {
  readonly place: Acting;
  readonly store: Store;
}

export async function beginRunning(
  input: Input,
  composition: Composition,
  { place, store }: OpenRunParts,
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
  const provider = await waking(composition, place);
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
  { io, options }: Input,
  workspace: Workspace,
  given?: OutputForm,
): Promise<Reporter> {
  const form = given ?? ((textOption(options, 'output') ?? 'auto') as OutputForm);
  const { stdout, stderr } = io;
  return workspace.reporter(form, { stdout, stderr, color: wantsColor(io, stdout) });
}

/** Opens the plan and follows it to its end. */
export async function runPlan(world: World, plan: Plan, newest: Newest): Promise<Ending> {
  return drive(await open(world, plan, newest));
}
