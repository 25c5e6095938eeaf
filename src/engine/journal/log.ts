import type { Store } from '../../contract/index.ts';

/** The records of one target in one store. */
export interface Log {
  readonly store: Store;
  readonly target: string;
}

/** As much of it as a sentence about it needs. */
export interface LogName {
  readonly store: Pick<Store, 'url'>;
  readonly target: string;
}
