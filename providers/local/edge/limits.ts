import type { Front } from '../edge-settings.ts';

/** What one client may have of the edge, and the edge of a replica. Times in ms. */
export interface Limits {
  /** Until the head of a request is complete. */
  readonly head: number;
  readonly headBytes: number;
  /** Between two parts of a body, while the replica would take more. */
  readonly bodyIdle: number;
  /** Until a request is complete, whatever it sends. */
  readonly request: number;
  /** Between two requests: longer than what proxies and browsers keep, so that they close first. */
  readonly idle: number;
  readonly requestsPerConnection: number;
  readonly connections: number;
  readonly connectionsPerClient: number;
  /** Requests sent ahead of the answer before them, on all connections together. */
  readonly ahead: number;
  /** A client that will send no more is answered for so long: it may also have left. */
  readonly halfClosed: number;
  /** A client that was turned away may go on sending for so long, or it would miss why. */
  readonly linger: number;
  /** Requests under way at once in one connection of HTTP/2. */
  readonly streams: number;
  readonly inFlightPerReplica: number;
  /** Requests of one release that wait for a replica to have room. */
  readonly queued: number;
  readonly queueTime: number;
  /** Between two looks at what takes too long. */
  readonly look: number;
}

export const LIMITS: Limits = {
  head: 60_000,
  headBytes: 16_384,
  bodyIdle: 60_000,
  request: 3_600_000,
  idle: 72_000,
  requestsPerConnection: 10_000,
  connections: 16_384,
  connectionsPerClient: 4096,
  ahead: 10_000,
  halfClosed: 5000,
  linger: 1000,
  streams: 128,
  inFlightPerReplica: 2048,
  queued: 2048,
  queueTime: 10_000,
  look: 5000,
};

/** With what the config sets. */
export function limitsOf(base: Limits, set: Front['limits'] = {}): Limits {
  const { headers, headersTime, requestTime, ...rest } = set;
  const renamed = { headBytes: headers, head: headersTime, request: requestTime };
  const named = Object.entries({ ...rest, ...renamed }).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(named) };
}

/** What the server of the numbers allows, so that nothing done to it takes room from the traffic. */
export const METRICS_LIMITS = {
  connections: 256,
  /** Until a whole request has come. */
  request: 10_000,
  /** Between two looks at what is too slow. */
  look: 2000,
  headBytes: 8192,
} as const;
