/** What the server of the numbers allows, so that nothing done to it takes room from the traffic. */
export const METRICS_LIMITS = {
  connections: 256,
  /** Ms until a whole request has come. */
  request: 10_000,
  /** Ms between two looks at what is too slow. */
  look: 2000,
  headerBytes: 8192,
} as const;
