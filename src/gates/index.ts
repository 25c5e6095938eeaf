import type { BackgroundSource, GateSource } from '../contract/index.ts';
import { createCommandSource } from './command.ts';
import { createEdgeSource } from './edge.ts';
import { createHealthSource } from './health.ts';
import { createHttpSource } from './http.ts';
import { createLoadSource } from './load.ts';
import { createSmokeSource } from './smoke.ts';
import type { Surroundings } from './surroundings.ts';
import { createTcpSource } from './tcp.ts';

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

export type { Surroundings } from './surroundings.ts';
