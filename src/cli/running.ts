import type { DeployEvent, Plan, Provider, Reporter, Store } from '../contract/index.ts';
import { drive, type Ending, type Newest, open, type World } from '../engine/index.ts';
import { type Input, text } from './command.ts';
import type { Composition, OutputForm } from './composition.ts';
import { wantsColor } from './io.ts';
import { realWorld } from './run-world.ts';

/** A world with somebody listening; closed when the command is over. */
export interface Running {
  readonly world: World;
  readonly reporter: Reporter;
  close(): Promise<void>;
}

export async function beginRunning(
  input: Input,
  composition: Composition,
  parts: { provider: Provider; store: Store; waitForApproval?: boolean },
): Promise<Running> {
  const { io } = input;
  const reporter = await reporterFor(input, composition);
  const emit = (event: DeployEvent) => reporter.report(event);
  const world = realWorld(io, composition, { ...parts, emit });
  return {
    world,
    reporter,
    close: async () => {
      await reporter.close?.();
      await parts.provider.close();
    },
  };
}

export function reporterFor(input: Input, composition: Composition): Promise<Reporter> {
  const { io, options } = input;
  const form = (text(options, 'output') ?? 'auto') as OutputForm;
  return composition.reporter(form, { stdout: io.stdout, stderr: io.stderr, color: wantsColor(io, io.stdout) });
}

/** Opens the plan and follows it to its end. */
export async function runPlan(world: World, plan: Plan, newest: Newest): Promise<Ending> {
  return drive(await open(world, plan, newest));
}
