import type { SecretReference } from '../../src/contract/index.ts';

/** A value of the environment: given, or read only when a replica is spawned. */
type EnvValue = string | SecretReference;

/** How a replica is asked whether it is well. */
export interface Probe {
  /** Null: a TCP connection is enough. */
  readonly path: string | null;
  /** Null: any 2xx or 3xx. */
  readonly status: readonly number[] | null;
  readonly interval: number;
  readonly timeout: number;
}

export interface EdgeSettings {
  readonly host: string;
  /** 0: any free port, remembered from then on. */
  readonly port: number;
  readonly metricsPort: number;
  readonly sticky: { readonly cookie: string; readonly maxAge: number } | null;
}

/** The `local` section of a config, as the config layer hands it over. Durations in ms. */
export interface LocalSettings {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, EnvValue>>;
  readonly replicas: number;
  readonly portVariable: string;
  readonly versionVariable: string | null;
  readonly ready: Probe;
  readonly live: Probe | null;
  readonly stop: { readonly drain: number; readonly kill: number };
  readonly restart: { readonly backoff: number; readonly max: number };
  readonly logs: { readonly maxSize: number };
  readonly edge: EdgeSettings;
}

/** What a release carries: the settings with an absolute folder. */
export type LocalSpec = LocalSettings;

/** Where a service lives on this machine; enough to reach it without its config. */
export interface Connection {
  readonly service: string;
  readonly environment: string | null;
  readonly home: string;
}
