import type { OpenMeans } from './provider.ts';

/** A folder as far as it matters: what is in it, and the text of a file. */
export interface FolderView {
  /** Paths from the folder, with `/`. */
  readonly files: readonly string[];
  /** Null when it cannot be read. */
  read(path: string): string | null;
}

/** One sign in a folder of how its service runs. What is not known is null. */
export interface Sign {
  /** The file that says so. */
  readonly file: string;
  readonly service: string | null;
  readonly command: readonly string[] | null;
  readonly port: number | null;
  /** For people: `package.json has a start script: node server.js`. */
  readonly words: string;
}

/** What `init` has asked or found out. */
export interface StarterAnswers {
  readonly service: string;
  readonly command: readonly string[];
  readonly strategy: 'canary' | 'blue-green' | 'rolling';
  readonly replicas: number;
  /** Where users reach the service. */
  readonly port: number;
  /** Path that answers when the service is well; null for none. */
  readonly health: string | null;
}

/** A service whose folder is linked to a platform by a tool of that platform's: nothing has to be asked. */
export interface LinkedService {
  readonly service: string | null;
  /** The one that needs least. */
  readonly strategy: StarterAnswers['strategy'];
  /** Or in words why there cannot be one with this strategy. */
  config(
    answers: Pick<StarterAnswers, 'service' | 'strategy'>,
  ): string | { readonly refused: string };
  /** Commands to go on with, and what each does. */
  readonly next: readonly (readonly [line: string, what: string])[];
}

/** What runs at a platform already, and the config that adopts it. */
export interface Adoptable {
  /** As `--workload` names it: `shop/checkout`. */
  readonly name: string;
  /** For people: `3 × registry.example.com/checkout:v41, Service checkout`. */
  readonly words: string;
  /** The one that fits what is there best. */
  readonly strategy: StarterAnswers['strategy'];
  config(strategy: StarterAnswers['strategy']): string;
}

export interface Running {
  readonly workloads: readonly Adoptable[];
  /** Where was looked, and where else one could. */
  readonly notes: readonly string[];
}

/** How a provider helps with a first config. */
export interface Starter {
  /** What a folder says of a service that runs here, the strongest sign first. Looks, never runs anything. */
  signs(folder: FolderView): readonly Sign[];
  /** What the folder is linked to; null for nothing. */
  linked?(folder: FolderView): LinkedService | null;
  /** A whole first config, where these answers are enough to run the service here. */
  config?(answers: StarterAnswers): string;
  /** What runs there already, as far as these means can see. Looks, never writes. */
  running?(means: OpenMeans): Promise<Running>;
}
