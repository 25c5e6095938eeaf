/** How long things may take between machines. All in ms. */
export interface Pace {
  /** The holder shows life this often; without a change for `ttl` others take the target. */
  readonly heartbeat: number;
  readonly ttl: number;
  /** Without an acknowledged heartbeat for this long the holder itself stops acting. */
  readonly selfFence: number;
  /** How often the control log is looked at. */
  readonly control: number;
  /** First and longest wait between two looks at an operation under way. */
  readonly verifyFirst: number;
  readonly verifyLongest: number;
  /** One call to the provider or store. */
  readonly call: number;
  /** What is in flight may settle for this long after a first interrupt. */
  readonly settle: number;
}

/** Heartbeat, self-fence and ttl depend on each other and on `call`: decision 0005. */
export const DEFAULT_PACE: Pace = {
  heartbeat: 15_000,
  // By then the holder has stopped, and its last call is over.
  ttl: 55_000,
  selfFence: 40_000,
  control: 200,
  verifyFirst: 20,
  verifyLongest: 1000,
  call: 15_000,
  settle: 4000,
};
