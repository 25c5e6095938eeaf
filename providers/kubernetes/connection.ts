import type { DrivenName } from './workloads.ts';

/** Where a service runs, in plain values that a rollback finds in the record. */
export interface Connection {
  readonly namespace: string;
  /** Name of the user's own Deployment, or of what else runs the pods. */
  readonly workload: string;
  /** What it is, where it is no Deployment: its own controller moves its pods, and is driven. */
  readonly driven?: DrivenName;
  /** The Service whose requests are meant. */
  readonly service: string;
  readonly router: RouterSettings;
  /** Where users reach it, when they reach it from outside. */
  readonly url: string | null;
  /** Ms that those who send requests may take to learn of a change. */
  readonly propagation: number;
  /** Where references to secrets are meant from; absent where a config brings none. */
  readonly folder?: string;
}

type RouterSettings =
  | { readonly kind: 'service' }
  /** Of the catalogue of routers, and the name of its object. */
  | { readonly kind: string; readonly name: string };
