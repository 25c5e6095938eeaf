import type {
  GateSource,
  Holder,
  Observation,
  Plan,
  ProviderKind,
  Release,
  Reporter,
  Step,
  Store,
  Strategy,
} from '../contract/index.ts';
import type { ResolvedConfig } from '../config/index.ts';
import type { World } from '../engine/index.ts';
import type { Output } from './io.ts';

export type OutputForm = 'auto' | 'text' | 'json';

/** The parts that the command line works with, found by name and loaded when first used. */
export interface Composition {
  loadConfig(request: ConfigRequest): Promise<ResolvedConfig>;
  provider(name: string): Promise<ProviderKind>;
  strategy(name: string): Promise<Strategy>;
  /** Steps that bring a recorded release back after its deployment is over. */
  planReturn(input: { observation: Observation; release: Release; live: Release | null }): Promise<readonly Step[]>;
  /** A store by its URL; null for the user's own state folder. */
  store(url: string | null): Promise<Store>;
  source(kind: string): GateSource;
  readonly judge: World['judge'];
  readonly run: World['run'];
  readonly machine: Machine;
  /** Listens to a deployment for whoever looks at this output. */
  reporter(form: OutputForm, output: { stdout: Output; stderr: Output; color: boolean }): Promise<Reporter>;
  renderPlan(plan: Plan, options: { columns: number; color: boolean }): Promise<string>;
}

export interface ConfigRequest {
  readonly file?: string;
  readonly environment?: string;
  readonly release?: string;
  readonly strategy?: string;
  readonly set?: readonly string[];
}

/** This machine, as far as it proves who lives on it. */
export interface Machine {
  readonly holder: Omit<Holder, 'nonce'>;
  provenDead(holder: Holder): boolean;
  provenAlive(holder: Holder): boolean;
}
