import type { BackgroundSource, GateSource } from '../src/contract/index.ts';
import { createCommandSource } from './command/source.ts';
import { createEdgeSource } from './edge/source.ts';
import { createHealthSource } from './health/source.ts';
import { createHttpSource } from './http/source.ts';
import type { Surroundings } from './kit/surroundings.ts';
import { createLoadSource } from './load/source.ts';
import { createSmokeSource } from './smoke/source.ts';
import { createTcpSource } from './tcp/source.ts';

/** What a gate's `source` may name. What is heavy is loaded by the first measurement that needs it. */
export function builtInSources(surroundings: Surroundings) {
  return {
    http: createHttpSource(surroundings),
    tcp: createTcpSource(surroundings),
    command: createCommandSource(surroundings),
    smoke: createSmokeSource(surroundings),
    edge: createEdgeSource(surroundings),
    health: createHealthSource(),
    load: createLoadSource(surroundings),
  } satisfies Record<string, GateSource | BackgroundSource>;
}

export type { Surroundings } from './kit/surroundings.ts';
