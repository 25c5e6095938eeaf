import type { Located, ResolvedConfig } from '../../config/index.ts';
import type {
  CommonSettings,
  Holder,
  Host,
  JsonObject,
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

/** The parts that the command line works with, the same whatever it is about. */
export interface Composition {
  loadConfig(request: ConfigRequest): Promise<Opened<ResolvedConfig>>;
  /** Where a config that is text leads; runs none of its plug-ins. */
  locate(request: Pick<ConfigRequest, 'file' | 'environment'>): Promise<Opened<Located>>;
  /** Where no config says anything. */
  readonly bare: Workspace;
  /** What every provider and store of this command is opened with. */
  readonly means: OpenMeans;
  /** Settings of a release, with the versions of secrets that are current now. */
  pinSecrets(settings: JsonObject): Promise<JsonObject>;
  /** Of all providers that help with a first config, in the order of the catalogue. */
  starters(): Promise<readonly Starter[]>;
  /** Steps that bring a recorded release back after its deployment is over. */
  planReturn(input: {
    observation: Observation;
    release: Release;
    live: Release | null;
    timeouts: CommonSettings['timeouts'] | undefined;
  }): Promise<readonly Step[]>;
  /** Gates that a file of another tool stands for, as a config has them, and what did not come along. */
  takeGates(
    text: string,
    file: string,
    how: { readonly judge: string | null },
  ): Promise<{ readonly gates: JsonObject; readonly left: readonly string[] }>;
  readonly redact: World['redact'];
  readonly random: Random;
  readonly machine: Machine;
  /** What may be forgotten at any time. */
  readonly cache: Cache;
  renderPlan(plan: Plan, options: { columns: number; color: boolean }): Promise<string>;
}

/** What a config says, and what it is said with. */
export interface Opened<Config> {
  readonly config: Config;
  readonly workspace: Workspace;
}

/**
 * The extensions that a config can use, found by name and loaded when first used, and the folder
 * where its commands run. Nothing that is opened later changes it.
 */
export interface Workspace {
  provider(name: string): Promise<ProviderKind>;
  /** Null for a provider whose platform has its own ways to stop a service and read its logs. */
  host(provider: string): Promise<Host | null>;
  strategy(name: string): Promise<Strategy>;
  /** A store by its URL; null for the user's own state folder. Of what `--via` says it takes its own. */
  store(url: string | null, via?: JsonObject): Promise<Store>;
  /** What that store takes of it. */
  storeVia(url: string | null): Promise<readonly string[]>;
  gates(): Promise<Pick<World, 'source' | 'judge'>>;
  readonly run: World['run'];
  readonly secret: NonNullable<World['secret']>;
  /** Listens to a deployment for whoever looks at this output; never throws. */
  reporter(form: OutputForm, look: OutputLook): Promise<Reporter>;
  /** The same extensions for a recorded plan: its commands run in its folder, and its secrets are masked. */
  recall(plan: Plan): Promise<Workspace>;
}

export interface OutputLook {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly color: boolean;
  /** A command that is suggested, as it has to be typed here. */
  readonly typed?: (command: string) => string;
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
