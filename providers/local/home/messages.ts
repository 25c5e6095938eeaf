import type { ChildProcess } from 'node:child_process';
import type { Match, Operation, ReleaseId, Split } from '../../../src/contract/index.ts';
import type { Front } from '../edge-settings.ts';
import type { EdgeSettings } from '../settings.ts';
import type { Desired } from './desired.ts';

/** A replica as the edge knows it. */
export interface Backend {
  readonly key: string;
  readonly port: number;
}

/** All that the edge needs to know to route; replaced as a whole. */
export interface Table {
  readonly version: number;
  readonly split: Split | null;
  readonly match: Match | null;
  readonly live: ReleaseId | null;
  readonly sticky: EdgeSettings['sticky'];
  readonly front: Front;
  /** Ready replicas only: nothing else is ever routed to. */
  readonly backends: Readonly<Record<ReleaseId, readonly Backend[]>>;
  /** Replicas that finish what they have and get nothing new. */
  readonly draining: readonly string[];
}

/** Values of secret references, in memory only; handed on so that a new keeper can restart replicas. */
export type Secrets = Readonly<Record<string, string>>;

/** What a client asks of the keeper. */
export interface Request {
  readonly operation: Operation;
  readonly key: string;
  readonly fence: number;
  /** For the releases that the operation carries: these values count from now on. */
  readonly secrets: Secrets;
  /** For whatever else is wanted: only where the keeper knows no value. */
  readonly spare: Secrets;
}

/** A listening socket as it travels between processes. */
export type Handle = Parameters<ChildProcess['send']>[1];

/** One end of the conversation between keeper and edge, whichever of them started the other. */
export interface Channel {
  readonly connected: boolean;
  send(
    message: ToEdge | ToKeeper,
    handle: Handle,
    options: undefined,
    done: (error: Error | null) => void,
  ): boolean;
  on(event: 'message', listener: (message: unknown, handle: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
}

export type Hello = Extract<ToKeeper, { kind: 'hello' }>;

export type Socket = 'public' | 'metrics';

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly metricsPort: number;
}

/** Keeper to edge. `socket` carries a listening handle that a former edge had bound. */
export type ToEdge =
  | { readonly kind: 'socket'; readonly socket: Socket }
  | { readonly kind: 'begin'; readonly address: Address; readonly table: Table }
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'secrets'; readonly secrets: Secrets }
  | { readonly kind: 'quit'; readonly drain: number };

/** Edge to keeper. `hello` opens the conversation with a keeper that the edge has started. */
export type ToKeeper =
  | { readonly kind: 'socket'; readonly socket: Socket }
  | {
      readonly kind: 'hello';
      readonly address: Address;
      readonly table: Table;
      readonly secrets: Secrets;
      readonly pid: number;
    }
  | { readonly kind: 'listening'; readonly address: Address }
  | { readonly kind: 'refused'; readonly code: string; readonly port: number }
  | {
      readonly kind: 'applied';
      readonly version: number;
      readonly split: Split | null;
      readonly match: Match | null;
    }
  | { readonly kind: 'drained'; readonly key: string }
  /** What is wrong with the edge itself, for `status`; null when nothing is. */
  | { readonly kind: 'trouble'; readonly words: string | null };

export type ReplicaState =
  | 'starting'
  | 'ready'
  | 'unready'
  | 'crashed'
  | 'draining'
  | 'stopping'
  | 'gone';

export interface ReplicaStatus {
  readonly release: ReleaseId;
  readonly n: number;
  readonly state: ReplicaState;
  readonly pid: number | null;
  readonly port: number;
  readonly restarts: number;
  readonly note: string | null;
  /** How it ended, until it has been ready for a while again. */
  readonly fall?: string | null;
  /** Ms until it is started again; null unless it waits for that. */
  readonly next?: number | null;
}

export interface Failure {
  readonly reason: string;
  readonly logs: readonly string[];
}

/** Everything a client may know of a running keeper. */
export interface Status {
  readonly desired: Desired;
  readonly replicas: readonly ReplicaStatus[];
  /** What the edge itself says it applies; null until the newest table is confirmed. */
  readonly applied: { readonly split: Split | null; readonly match: Match | null } | null;
  readonly edge: Address | null;
  readonly failures: Readonly<Record<ReleaseId, Failure>>;
  /** What a person should know of the edge. */
  readonly trouble: string | null;
  readonly pids: { readonly keeper: number; readonly edge: number | null };
}

/** Before the keeper has said anything: nothing serves. */
export const NO_TABLE: Table = {
  version: 0,
  split: null,
  match: null,
  live: null,
  sticky: null,
  front: {},
  backends: {},
  draining: [],
};
