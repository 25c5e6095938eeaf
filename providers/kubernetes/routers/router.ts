import type { Capabilities, Json } from '../../../src/contract/index.ts';
import type { Service } from '../objects.ts';
import type { Stand } from '../sight.ts';
import type { Distinction } from '../template.ts';

/** How the traffic is split, as the router's own object says. */
export interface Routing {
  /** Percent by name of the Deployment; null where nothing is routed to any of them. */
  readonly weights: Weights | null;
  /** Requests that go to one Deployment whatever the weights say. */
  readonly match: HeaderMatch | null;
  /** Key of the operation that changed it last. */
  readonly operation: string | null;
  /** When we changed it last, by the server's clock; null when we never did. */
  readonly routedAt: number | null;
  /** What is still on its way, in words; null when those who send requests have been told all of it. */
  readonly lag: string | null;
  /** Why weights cannot be read or set here. */
  readonly problem: string | null;
  /** Deployments that it names, with or without weight. */
  readonly names: readonly string[];
  /** For people: what there is instead of what should be. */
  readonly found: Json;
  /** As it was read, for a write that must find it unchanged. */
  readonly fetched: unknown;
}

/** A header whose requests go to one Deployment. */
export interface HeaderMatch {
  readonly deployment: string;
  readonly header: { readonly name: string; readonly value: string };
}

export type Weights = Readonly<Record<string, number>>;

/** What a router is read with. */
export interface Scenery {
  readonly home: Stand | null;
  readonly sides: readonly Stand[];
  readonly service: Service | null;
  readonly distinction: Distinction | null;
}

export interface Change {
  readonly weights: Weights;
  /** Null takes it away; absent leaves it as it is. */
  readonly match?: HeaderMatch | null;
  readonly key: string;
  /** Whether requests go elsewhere from now on; else it only gets to know a name, or forgets one. */
  readonly isShift: boolean;
  /** Deployments that it shall not name any more. */
  readonly without?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Splits the traffic between Deployments. Fields that are not ours are kept as they are. */
export interface Router {
  readonly weights: Capabilities['weights'];
  readonly match: Capabilities['match'];
  /** For people: `Service web`. */
  readonly label: string;
  fetch(signal?: AbortSignal): Promise<unknown>;
  read(fetched: unknown, scenery: Scenery): Routing;
  /** Made of what was read: the write fails with a conflict when it was changed since. */
  write(fetched: unknown, scenery: Scenery, change: Change): Promise<void>;
}

export const KUBE_NOTHING: Routing = {
  weights: null,
  match: null,
  operation: null,
  routedAt: null,
  lag: null,
  problem: null,
  names: [],
  found: null,
  fetched: null,
};
