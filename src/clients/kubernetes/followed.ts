import type { ClusterConnection } from './connection.ts';
import { ApiError } from './failure.ts';
import type { KubeObject } from './objects.ts';

/** A collection as it was at one moment. */
export interface Listed<T> {
  readonly items: readonly T[];
  /** Null where nobody knows which moment that was: then the server first tells how it is. */
  readonly version: string | null;
}

interface FollowedSource<T> {
  readonly connection: ClusterConnection;
  readonly listed: Listed<T>;
  /** Called at each change, and when it is not kept up with any more. */
  changed(): void;
}

/** Seconds after which the server ends a watch by itself. */
const WATCH_SECONDS = 300;

/**
 * A collection that the server tells each change of. It is a moment behind, and how far nobody knows:
 * good for seeing that there is still something to wait for, and never a proof that something is so.
 */
export class Followed<T extends KubeObject> {
  readonly #objects: Map<string, T>;
  readonly #changed: () => void;
  readonly #over = new AbortController();
  #end: 'none' | 'over' | 'refused' = 'none';

  constructor(
    { connection, listed, changed }: FollowedSource<T>,
    path: string,
    query: Readonly<Record<string, string>>,
  ) {
    this.#objects = new Map(listed.items.map((one) => [one.metadata.name, one]));
    this.#changed = changed;
    const { version } = listed;
    const from = version === null ? query : { ...query, resourceVersion: version };
    void this.#watch(connection, path, from);
  }

  /** Null once it is not kept up with any more: then it has to be listed again. */
  get items(): readonly T[] | null {
    return this.#end === 'none' ? [...this.#objects.values()] : null;
  }

  /** The server does not let us. */
  get isRefused(): boolean {
    return this.#end === 'refused';
  }

  close(): void {
    this.#over.abort();
  }

  async #watch(
    connection: ClusterConnection,
    path: string,
    selected: Readonly<Record<string, string>>,
  ): Promise<void> {
    const query = {
      ...selected,
      watch: 'true',
      timeoutSeconds: String(WATCH_SECONDS),
    };
    try {
      for await (const line of connection.lines({ path, query, signal: this.#over.signal }))
        if (!this.#take(JSON.parse(line) as WatchEvent<T>)) break;
      this.#end = 'over';
    } catch (error) {
      // A token that is over is renewed; a right that is not there stays so.
      this.#end = error instanceof ApiError && error.code === 403 ? 'refused' : 'over';
    }
    this.#changed();
  }

  /** False where the server cannot go on from that version. */
  #take({ type, object }: WatchEvent<T>): boolean {
    if (type === 'ERROR') return false;
    if (type === 'DELETED') this.#objects.delete(object.metadata.name);
    else this.#objects.set(object.metadata.name, object);
    this.#changed();
    return true;
  }
}

interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'ERROR';
  readonly object: T;
}
