import type { DeployEvent, Provider, Store } from '../contract/index.ts';
import { DEFAULT_PACE, type World } from '../engine/index.ts';
import type { Composition } from './composition.ts';
import type { Io } from './io.ts';

export interface RunOptions {
  readonly provider: Provider;
  readonly store: Store;
  readonly emit: (event: DeployEvent) => void;
  readonly waitForApproval?: boolean;
}

/** The world as it is: real time, real processes, real signals. */
export function realWorld(io: Io, composition: Composition, options: RunOptions): World {
  const { holder, provenAlive, provenDead } = composition.machine;
  return {
    clock: io.clock,
    random: io.random,
    store: options.store,
    provider: options.provider,
    source: composition.source,
    judge: composition.judge,
    run: composition.run,
    emit: options.emit,
    holder,
    provenDead,
    provenAlive,
    interrupts: io.signals,
    waitForApproval: options.waitForApproval ?? io.interactive,
    pace: DEFAULT_PACE,
  };
}
