import type { JsonObject } from '../../../../src/contract/index.ts';

export type ReadyState =
  | 'QUEUED'
  | 'INITIALIZING'
  | 'BUILDING'
  | 'READY'
  | 'ERROR'
  | 'BLOCKED'
  | 'CANCELED';

/** What a build comes to, and how long it takes. */
export interface Build {
  readonly takes: number;
  readonly ends: 'READY' | 'ERROR' | 'BLOCKED';
  readonly lines: readonly string[];
  /** Checks of integrations: how long after the build they take, and what they come to. */
  readonly checks: { readonly take: number; readonly end: 'succeeded' | 'failed' } | null;
}

export interface Deployment {
  readonly id: string;
  readonly name: string;
  /** Host and port at which it answers itself. */
  readonly host: string;
  readonly target: 'production' | 'staging' | null;
  readonly environment: string | null;
  readonly createdAt: number;
  readonly build: Build;
  /** Whether the domains of production come to it by themselves once it is ready. */
  readonly autoAssign: boolean;
  readonly meta: Readonly<Record<string, string>>;
  /** Name of each file → SHA-1. */
  readonly files: ReadonlyMap<string, string>;
  readonly source: 'cli' | 'git' | 'redeploy';
  readonly sent: JsonObject;
  canceledAt: number | null;
  /** When its domains were asked for by themselves; so that it happens once. */
  assignedAt: number | null;
  /** Served production at some time. */
  promotedAt: number | null;
}

/** Share of a build that is spent waiting, and then preparing. */
const QUEUE = 0.1;
const PREPARE = 0.2;

export function readyState(deployment: Deployment, now: number): ReadyState {
  const { canceledAt, createdAt, build } = deployment;
  if (canceledAt !== null) return 'CANCELED';
  const part = build.takes === 0 ? 1 : (now - createdAt) / build.takes;
  if (part >= 1) return build.ends;
  if (part < QUEUE) return 'QUEUED';
  return part < PREPARE ? 'INITIALIZING' : 'BUILDING';
}

export const readyAt = ({ createdAt, build }: Deployment) => createdAt + build.takes;
