import type { OpenMeans } from './provider.ts';

/**
 * `created`: this write made it. `exists`: somebody else's value is there. `mine`: the very bytes
 * are there, because an earlier try of this write took although its answer was lost.
 */
export type Created = 'created' | 'exists' | 'mine';

/** What a store bears. The engine keeps to it: nobody else knows what a platform asks for each call. */
export interface StoreLimits {
  /** Bytes of one value, as UTF-8; a longer one is refused as `permanent` before it is sent. */
  readonly value: number;
  /** Ms between two looks at the same place; what is written while time passes is gathered in proportion. */
  readonly poll: number;
}

/**
 * Where journals live. Keys are `/`-separated names of [a-z0-9._-]. `create` is the one primitive
 * all safety rests on: put if absent, atomic, durable when answered.
 */
export interface Store {
  /** For people and for the commands that are suggested: a URL that `--store` takes. */
  readonly url: string;
  readonly limits: StoreLimits;
  /** A strong read; null only when the key is surely absent. */
  get(key: string): Promise<string | null>;
  create(key: string, value: string): Promise<Created>;
  /** Last writer wins: only for heartbeats and caches, which may be lost without harm. */
  put(key: string, value: string): Promise<void>;
  /** Names directly below the prefix, sorted; only those behind `after`, where it is given. Complete, or it throws. */
  list(prefix: string, after?: string): Promise<readonly string[]>;
  /**
   * Takes one entry away; none there is fine. Need not be durable: what comes back after a power cut
   * is taken away again. Only for what a durable entry has declared to be history no longer.
   */
  remove(key: string): Promise<void>;
  /** Proves with two conflicting writes that `create` is atomic; throws for a store that lies. */
  probe(): Promise<void>;
}

/** A kind of store, as it is registered: for every URL with this scheme. */
export interface StoreKind {
  /** What its URLs begin with, before `://`. */
  readonly scheme: string;
  /** For the reference: what it keeps journals in, an example of its URL, and what the parameters of one mean. */
  readonly words?: string;
  readonly url?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** This machine's names (a context, a profile) that it may be opened by, instead of what the URL says. */
  readonly via?: readonly string[];
  open(url: URL, means: OpenMeans): Promise<Store>;
}
