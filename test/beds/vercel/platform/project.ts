import type { JsonObject } from '../../../../src/contract/index.ts';
import type { Deployment } from './deployment.ts';

/** A change of what the domains of production lead to; it takes a while, each domain its own. */
export interface AliasRequest {
  /** `push`: nobody asked for it, a deployment to production was ready. */
  readonly type: 'promote' | 'rollback' | 'push';
  readonly from: string;
  readonly to: string;
  readonly requestedAt: number;
  /** All of its domains have moved. */
  settled: boolean;
  readonly moves: readonly {
    readonly domain: string;
    readonly at: number;
    readonly fails: boolean;
    moved: boolean;
  }[];
}

export interface Domain {
  readonly name: string;
  /** What it leads to; null before the first promotion. */
  deployment: string | null;
  /** Ms it takes to move, and whether moving it fails. */
  delay: number;
  fails: boolean;
  /** Leads to something outside production, by itself. */
  readonly alias?: true;
  /** Set for one that only redirects. */
  readonly redirect: string | null;
}

interface Stage {
  readonly targetPercentage: number;
  readonly duration?: number;
}

export interface RollingConfig {
  readonly advancementType: 'automatic' | 'manual-approval';
  readonly stages: readonly Stage[];
}

export interface RollingRelease {
  state: 'ACTIVE' | 'COMPLETE' | 'ABORTED';
  readonly id: string;
  readonly base: string;
  readonly canary: string;
  readonly config: RollingConfig;
  readonly startedAt: number;
  updatedAt: number;
  stage: number;
  /** Asked for while this one was active. */
  queued: string | null;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  /** Another team has it now: this one is not shown it. */
  away: boolean;
  readonly domains: Domain[];
  readonly deployments: Map<string, Deployment>;
  readonly environments: readonly { readonly id: string; readonly slug: string }[];
  production: string | null;
  autoAssign: boolean;
  /** Every change of aliases, in order. */
  readonly jobs: AliasRequest[];
  rolling: RollingRelease | null;
  rollingConfig: RollingConfig | null;
  readonly bypass: Map<string, { readonly createdAt: number }>;
  /** The repository that it is connected to; null for none. */
  link: JsonObject | null;
  /** What a deployment's own address asks for. */
  protection: 'sso' | null;
}

/** How far a request has come. */
export function jobStatus(
  request: AliasRequest,
  now: number,
): 'in-progress' | 'succeeded' | 'failed' {
  if (request.moves.some(({ at }) => at > now)) return 'in-progress';
  return request.moves.some(({ fails }) => fails) ? 'failed' : 'succeeded';
}
