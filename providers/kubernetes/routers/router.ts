import type { Cluster, Kind } from '../../../src/clients/kubernetes/index.ts';
import type { Capabilities, Json } from '../../../src/contract/index.ts';
import type { Connection } from '../connection.ts';
import type { Service } from '../objects.ts';
import type { Stand } from '../sight.ts';
import type { Distinction } from '../template.ts';

/** One thing that one must be allowed to do in the namespace. */
export interface Right {
  readonly kind: Kind;
  readonly part?: string;
  readonly verbs: readonly string[];
}

/** A kind of router, as it is listed: a config names it, and an object of its kind. */
export interface RouterKind {
  /** `httpRoute`, of `router: { httpRoute: NAME }`. */
  readonly kind: string;
  /** For people: `an HTTPRoute`. */
  readonly object: string;
  readonly about: string;
  /** Ms for which requests may still reach whoever it has let go of, where the config says nothing. */
  readonly propagation: number;
  /** What a change of traffic takes. */
  readonly rights: readonly Right[];
  /** Why it cannot be used, with what to use instead. */
  readonly refusal?: string;
  open(cluster: Cluster, connection: Connection, name: string): Router;
}

/** How the traffic is split, as the router's own object says. */
export interface Routing {
  /** Percent by name of the Deployment; null where nothing is routed to any of them. */
  readonly weights: Weights | null;
  /** Requests that go to one Deployment whatever the weights say. */
  readonly match: RequestMatch | null;
  /** Key of the operation that changed it last. */
  readonly operation: string | null;
  /** When we changed it last, by the server's clock; null when we never did. */
  readonly routedAt: number | null;
  /** What is still on its way, in words; null when those who send requests have been told all of it. */
  readonly lag: string | null;
  /** Why those who send requests do not take it as it stands: nothing is begun on it, and what goes on may mend it. */
  readonly denial?: string | null;
  /** Why weights cannot be read or set here. */
  readonly problem: string | null;
  /** What a person should know of it before a deployment. */
  readonly notes?: readonly string[];
  /** Deployments that it names, with or without weight. */
  readonly names: readonly string[];
  /** It keeps in mind what the user wrote, which is to be put back in the end. */
  readonly isMarked?: boolean;
  /** For people: what there is instead of what should be. */
  readonly found: Json;
  /** As it was read, for a write that must find it unchanged. */
  readonly fetched: unknown;
}

interface Pair {
  readonly name: string;
  readonly value: string;
}

/** A header or a cookie whose requests go to one Deployment. */
export interface RequestMatch {
  readonly deployment: string;
  readonly header?: Pair;
  readonly cookie?: Pair;
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
  readonly match?: RequestMatch | null;
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
  /** Whoever has no weight is not named by it, so it gets to know nobody beforehand. */
  readonly namesOnlyWeight?: boolean;
  /** For people: `Service web`. */
  readonly label: string;
  fetch(signal?: AbortSignal): Promise<unknown>;
  read(fetched: unknown, scenery: Scenery): Routing;
  /** Made of what was read: the write fails with a conflict when it was changed since. */
  write(fetched: unknown, scenery: Scenery, change: Change): Promise<void>;
  /** Why it cannot tell such requests from others, although it matches headers or cookies. */
  refuses?(match: Omit<RequestMatch, 'deployment'>, fetched: unknown): string | null;
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
