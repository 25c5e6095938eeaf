/** Where a service runs, in plain values that a rollback finds in the record. */
export interface Connection {
  readonly namespace: string;
  /** Name of the user's own Deployment. */
  readonly workload: string;
  /** The Service whose requests are meant. */
  readonly service: string;
  readonly router: RouterSettings;
  /** Where users reach it, when they reach it from outside. */
  readonly url: string | null;
  /** Ms that those who send requests may take to learn of a change. */
  readonly propagation: number;
}

type RouterSettings =
  | { readonly kind: 'service' }
  /** Of the catalogue of routers, and the name of its object. */
  | { readonly kind: string; readonly name: string };
