import type { GateSourceKind } from '../contract/index.ts';
import type { Catalogue } from './shelf.ts';

/** What a gate can ask. */
export const GATE_SOURCES: Catalogue<GateSourceKind<never>> = {
  http: async () => (await import('../../gates/http/index.ts')).httpSource,
  tcp: async () => (await import('../../gates/tcp/index.ts')).tcpSource,
  command: async () => (await import('../../gates/command/index.ts')).commandSource,
  smoke: async () => (await import('../../gates/smoke/index.ts')).smokeSource,
  edge: async () => (await import('../../gates/edge/index.ts')).edgeSource,
  health: async () => (await import('../../gates/health/index.ts')).healthSource,
  load: async () => (await import('../../gates/load/index.ts')).loadSource,
  prometheus: async () => (await import('../../gates/prometheus/index.ts')).prometheusSource,
  cloudwatch: async () => (await import('../../gates/cloudwatch/index.ts')).cloudwatchSource,
};
