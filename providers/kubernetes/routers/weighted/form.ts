import type { Kind, KubeObject } from '../../../../src/clients/kubernetes/index.ts';
import type { Capabilities, JsonObject } from '../../../../src/contract/index.ts';
import type { RequestMatch } from '../router.ts';

/** One entry of a list that requests are spread over. */
export interface Target extends JsonObject {
  readonly weight?: number;
}

export interface Rule extends JsonObject {
  readonly name?: string;
}

/** A rule of a router's object, and where it keeps its targets. */
export interface Spot {
  readonly rule: Rule;
  readonly targets: readonly Target[];
  /** Changes of a JSON patch that give it these targets. */
  put(targets: readonly Target[]): readonly object[];
}

/**
 * How one kind of object spreads requests over Services by weight. All of it is plain data, so that
 * fields which this form does not name stay as they are.
 */
export interface RouteForm {
  readonly kind: Kind;
  /** `HTTPRoute`. */
  readonly title: string;
  readonly step: number;
  /** Where a Service without pods takes the whole rule away, none is named before it has weight. */
  readonly namesOnlyWeight?: boolean;
  spotsIn(object: KubeObject): readonly Spot[];
  /** Name of the Service of this namespace that it leads to; null where it leads elsewhere. */
  serviceOf(target: Target, namespace: string): string | null;
  /** The same way to another Service. */
  targetFor(like: Target, service: string): Target;
  /** Of those that say none. */
  readonly unsaid: number | 'everything';
  /** Whether it takes a while, which nothing tells of, until a new Service can have weight without loss. */
  readonly settles?: boolean;
  /** What is still on its way, in words. */
  lagOf?(object: KubeObject): string | null;
  /** Why those who send requests do not take it as it stands, in words. */
  denialOf?(object: KubeObject): string | null;
  /** What would help where none of its rules sends to the Service. */
  adviceFor?(object: KubeObject): string | null;
  notesOn?(object: KubeObject): readonly string[];
  /** How requests with a header or a cookie get rules of their own. */
  readonly own?: OwnRules;
}

export interface OwnRules {
  readonly can: Capabilities['match'];
  /** Pointer to the list of all rules. */
  readonly at: string;
  /** Member of a rule that lists its targets. */
  readonly targets: string;
  /** Where a rule of ours must stand so that it comes first. */
  readonly stands: 'before' | 'last';
  rulesIn(object: KubeObject): readonly Rule[];
  /** A copy that takes only such requests, all of them to this target. */
  copyOf(rule: Rule, match: RequestMatch, to: Target): Rule;
  /** Whether it has the mark of such a copy. */
  isCopy(rule: Rule, match: RequestMatch): boolean;
  /** Why such requests cannot be told from others by copies of these rules. */
  refuses?(match: Omit<RequestMatch, 'deployment'>, rules: readonly Rule[]): string | null;
}

export const NO_MATCH: Capabilities['match'] = { header: false, cookie: false };
