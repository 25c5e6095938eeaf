import type { DeployEvent, Provider, Store } from '../../contract/index.ts';
import { DEFAULT_PACE, type Reading, type World } from '../../engine/index.ts';
import type { Composition, Workspace } from './composition.ts';
import type { Io } from './io.ts';

export interface RunOptions {
  readonly workspace: Workspace;
  readonly provider: Provider;
  readonly store: Store;
  readonly emit: (event: DeployEvent) => void;
  readonly waitForApproval?: boolean;
}

/** The world as it is: real time, real processes, real signals. */
export async function realWorld(
  io: Io,
  composition: Composition,
  options: RunOptions,
): Promise<World> {
  const { holder, provenAlive, provenDead } = composition.machine;
  return {
    ...(await options.workspace.gates()),
    clock: io.clock,
    random: composition.random,
    store: options.store,
    provider: options.provider,
    run: options.workspace.run,
    secret: options.workspace.secret,
    redact: composition.redact,
    emit: options.emit,
    holder,
    provenDead,
    provenAlive,
    interrupts: io.signals,
    waitForApproval: options.waitForApproval ?? io.interactive,
    pace: DEFAULT_PACE,
    trace: traceTo(io),
  };
}

/** What it takes to look into a journal without acting. */
export function reading(io: Io, { random }: Composition, store: Store): Reading {
  return { clock: io.clock, random, store, pace: DEFAULT_PACE, trace: traceTo(io) };
}

/** With `DEPLOYCTL_TRACE` set, every call to a store or a platform is told on stderr when it ends. */
function traceTo({ env, stderr }: Io): ((line: string) => void) | undefined {
  if (!env.DEPLOYCTL_TRACE) return undefined;
  return (line) => stderr.write(`trace: ${line}\n`);
}
