import { systemClock } from '../../lib/clock.ts';
import {
  type ClusterConnection,
  connectionTo,
  kubernetesConnectionWordsFor,
} from './connection.ts';
import { ApiError, failureUnanswered } from './failure.ts';
import { Followed, type Listed } from './followed.ts';
import type { KubeconfigDoor } from './kubeconfig.ts';
import type { KubeObject } from './objects.ts';
import { type PathsPlace, pathTo } from './paths.ts';
import { patiently } from './patience.ts';

/** Who changes the fields that we change, as managed fields tell it. */
const FIELD_MANAGER = 'deployctl';

const PATCHES = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

export interface Patch {
  readonly as: keyof typeof PATCHES;
  readonly body: unknown;
  /** Only for `apply`: take over what others own. */
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

export interface ClusterLimits {
  readonly signal?: AbortSignal | undefined;
}

export interface ClusterSelected extends ClusterLimits {
  readonly labels?: string | undefined;
  readonly fields?: string | undefined;
}

/** What is removed, and only that: an object of the same name that came later stays. */
export interface Removal extends ClusterLimits {
  readonly uid?: string | undefined;
  readonly inForeground?: boolean;
}

const CLUSTER_PAGE = '500';
const METADATA_ONLY =
  'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** One cluster, spoken to in plain JSON: no field is lost on the way. */
export class Cluster {
  readonly connection: ClusterConnection;
  /** The server's clock minus ours, as far as known from its answers. */
  #ahead: number | null = null;

  readonly #waits: readonly number[];

  constructor(door: KubeconfigDoor, waits: readonly number[]) {
    this.connection = connectionTo(door);
    this.#waits = waits;
  }

  /** The time of the server, so that machines whose clocks differ mean the same. */
  now(): number {
    return systemClock.wall() + (this.#ahead ?? 0);
  }

  async get<T extends KubeObject>(
    place: PathsPlace,
    limits: ClusterLimits = {},
  ): Promise<T | null> {
    try {
      return await this.#json<T>({ method: 'GET', path: pathTo(place), ...limits });
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return null;
      throw error;
    }
  }

  /** All of them, from one moment. */
  async list<T extends KubeObject>(
    place: PathsPlace,
    selected: ClusterSelected = {},
  ): Promise<readonly T[]> {
    return (await this.listed<T>(place, selected)).items;
  }

  /** The same with the version that this moment has, from which it can be followed. */
  listed<T extends KubeObject>(
    place: PathsPlace,
    selected: ClusterSelected = {},
  ): Promise<Listed<T>> {
    return this.#pages<T>(place, selected);
  }

  /** Keeps up with what was listed, until it is closed or the server ends it. */
  follow<T extends KubeObject>(
    place: PathsPlace,
    selected: Pick<ClusterSelected, 'labels' | 'fields'>,
    { listed, changed }: { readonly listed: Listed<T>; readonly changed: () => void },
  ): Followed<T> {
    return new Followed({ connection: this.connection, listed, changed }, pathTo(place), {
      ...queryOf(selected),
    });
  }

  /** What they are called and marked with, without what they hold. */
  async names(
    place: PathsPlace,
    labels: string,
    limits: ClusterLimits = {},
  ): Promise<readonly KubeObject[]> {
    return (await this.#pages(place, { labels, ...limits, accept: METADATA_ONLY })).items;
  }

  async #pages<T extends KubeObject>(
    place: PathsPlace,
    { signal, accept, ...selected }: ClusterSelected & { readonly accept?: string },
  ): Promise<Listed<T>> {
    const path = pathTo(place);
    const found: T[] = [];
    let version = '';
    let next: string | undefined;
    do {
      const query = {
        limit: CLUSTER_PAGE,
        ...queryOf(selected),
        ...(next === undefined ? {} : { continue: next }),
      };
      const page = await this.#json<List<T>>({ method: 'GET', path, query, signal, accept });
      found.push(...(page.items ?? []));
      version ||= page.metadata?.resourceVersion ?? '';
      next = page.metadata?.continue || undefined;
    } while (next !== undefined);
    return { items: found, version };
  }

  async text(
    place: PathsPlace,
    query: Readonly<Record<string, string>>,
    limits: ClusterLimits = {},
  ) {
    const path = pathTo(place);
    return (await this.connection.ask({ method: 'GET', path, query, ...limits })).text;
  }

  create<T extends KubeObject>(
    place: PathsPlace,
    body: unknown,
    options: ClusterLimits & { readonly dryRun?: boolean } = {},
  ): Promise<T> {
    const query = clusterWritten(options.dryRun);
    const { signal } = options;
    return this.#json({ method: 'POST', path: pathTo(place), query, body, signal });
  }

  patch<T extends KubeObject>(
    place: PathsPlace,
    patch: Patch,
    limits: ClusterLimits = {},
  ): Promise<T> {
    const query = {
      ...clusterWritten(patch.dryRun),
      ...(patch.as === 'apply' && patch.force ? { force: 'true' } : {}),
    };
    const { body } = patch;
    const contentType = PATCHES[patch.as];
    return this.#json({
      method: 'PATCH',
      path: pathTo(place),
      query,
      body,
      contentType,
      ...limits,
    });
  }

  /** What is not there any more is removed already. */
  async remove(place: PathsPlace, { uid, inForeground, signal }: Removal = {}): Promise<void> {
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: inForeground ? 'Foreground' : 'Background',
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    };
    try {
      await this.#json({ method: 'DELETE', path: pathTo(place), body, signal });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
    }
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  async #json<T>(asked: Parameters<ClusterConnection['ask']>[0]): Promise<T> {
    const isWrite = asked.method !== 'GET';
    const told = async () => {
      const { text, date } = await this.connection.ask(asked);
      this.#hear(date);
      return readAnswer<T>(text, asked);
    };
    return patiently(told, {
      after: isWrite ? WRITE_AGAIN : READ_AGAIN,
      waits: this.#waits,
      signal: asked.signal,
    });
  }

  /** An answer tells whole seconds, rounded down: the furthest ahead that was heard is the nearest. */
  #hear(date: number): void {
    const ahead = date - systemClock.wall();
    if (Number.isFinite(ahead)) this.#ahead = Math.max(this.#ahead ?? ahead, ahead);
  }
}

/** JSON ends where its first bracket is closed: one whose connection broke does not. */
function readAnswer<T>(text: string, { method, path }: Parameters<ClusterConnection['ask']>[0]): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    const cut = new Error('the answer is cut off, or not from a Kubernetes API server');
    throw failureUnanswered(cut, kubernetesConnectionWordsFor(method, path), method !== 'GET');
  }
}

/** What reads may meet is read again; of writes only those that the server was too busy to begin. */
const READ_AGAIN = ['transient', 'throttled'] as const;
const WRITE_AGAIN = ['throttled'] as const;

interface List<T> {
  /** Null where there is none, in some forms. */
  readonly items: readonly T[] | null;
  readonly metadata?: { readonly continue?: string; readonly resourceVersion?: string };
}

const queryOf = ({ labels, fields }: Pick<ClusterSelected, 'labels' | 'fields'>) => ({
  ...(labels === undefined ? {} : { labelSelector: labels }),
  ...(fields === undefined ? {} : { fieldSelector: fields }),
});

const clusterWritten = (dryRun = false): Record<string, string> => ({
  fieldManager: FIELD_MANAGER,
  fieldValidation: 'Strict',
  ...(dryRun ? { dryRun: 'All' } : {}),
});
