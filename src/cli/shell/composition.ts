import type { Located, ResolvedConfig } from '../../config/index.ts';
import type {
  CommonSettings,
  Holder,
  Host,
  Observation,
  OpenMeans,
  Plan,
  ProviderKind,
  Release,
  Reporter,
  Starter,
  Step,
  Store,
  Strategy,
} from '../../contract/index.ts';
import type { World } from '../../engine/index.ts';
import type { Random } from '../../lib/random.ts';
import type { OutputStream } from './io.ts';

export type OutputForm = 'auto' | 'text' | 'json';

/** The parts that the command line works with, found by name and loaded when first used. */
export interface Composition {
  loadConfig(request: ConfigRequest): Promise<ResolvedConfig>;
  /** Where a config that is text leads; runs none of its plug-ins. */
  locate(request: Pick<ConfigRequest, 'file' | 'environment'>): Promise<Located>;
  /** Takes up a recorded plan: its commands run in its folder, and its secrets are kept. */
  recall(plan: Plan): Promise<void>;
  provider(name: string): Promise<ProviderKind>;
  /** What every provider of this command is opened with. */
  readonly means: OpenMeans;
  /** Null for a provider whose platform has its own ways to stop a service and read its logs. */
  host(provider: string): Promise<Host | null>;
  /** Of all providers that help with a first config, in the order of the catalogue. */
  starters(): Promise<readonly Starter[]>;
  strategy(name: string): Promise<Strategy>;
  /** Steps that bring a recorded release back after its deployment is over. */
  planReturn(input: {
    observation: Observation;
    release: Release;
    live: Release | null;
    timeouts: CommonSettings['timeouts'] | undefined;
  }): Promise<readonly Step[]>;
  /** A store by its URL; null for the user's own state folder. */
  store(url: string | null): Promise<Store>;
  gates(): Promise<Pick<World, 'source' | 'judge'>>;
  readonly run: World['run'];
  readonly redact: World['redact'];
  readonly random: Random;
  readonly machine: Machine;
  /** What may be forgotten at any time. */
  readonly cache: Cache;
  /** Listens to a deployment for whoever looks at this output; never throws. */
  reporter(
    form: OutputForm,
    output: { stdout: OutputStream; stderr: OutputStream; color: boolean },
  ): Promise<Reporter>;
  renderPlan(plan: Plan, options: { columns: number; color: boolean }): Promise<string>;
}

interface ConfigRequest {
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

export interface Cache {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
}
