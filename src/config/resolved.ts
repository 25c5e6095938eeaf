import type {
  BlueGreenSettings,
  CanarySettings,
  CommonSettings,
  GateSpec,
  JsonObject,
  RollingSettings,
} from '../contract/index.ts';

export interface Strategies {
  readonly canary: CanarySettings;
  readonly 'blue-green': BlueGreenSettings;
  readonly rolling: RollingSettings;
  /** Settings of a plug-in: the common ones, and its own as written. */
  readonly [plugin: string]: CommonSettings;
}

/** A config with everything worked in: plain JSON, durations in ms, percents 0–100. */
export interface ResolvedConfig {
  /** Absolute path of the file it came from, and the folder that relative paths in it start at. */
  readonly file: string;
  readonly folder: string;
  readonly service: string;
  readonly environment: string | null;
  /** Version label of what is to be deployed. */
  readonly release: string;
  readonly provider: { readonly name: string; readonly settings: JsonObject };
  /** The chosen one; settings are there for all. */
  readonly strategy: string;
  readonly strategies: Strategies;
  readonly gates: Readonly<Record<string, GateSpec>>;
  readonly store: string | null;
  /** Deployments that the journal keeps; null for all. */
  readonly history: { readonly keep: number | null };
  readonly supersede: 'reject' | 'queue' | 'cancel-older';
  readonly onInterrupt: 'pause' | 'rollback';
  readonly deadline: number | null;
  readonly rollbackDeadline: number;
  /** What to run first when nothing is live: complete settings of the provider for that release. */
  readonly bootstrap: { readonly release: string; readonly provider: JsonObject } | null;
  readonly plugins: readonly string[];
  /** What a person should know although nothing is wrong: a gate that nothing uses. */
  readonly warnings: readonly string[];
}
