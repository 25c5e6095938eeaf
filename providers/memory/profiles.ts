import type { Capabilities } from '../../src/contract/index.ts';

/** How a kind of platform behaves, as far as whoever deploys to it can tell. */
export interface Profile {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Whether it refuses a call with an older epoch than it has seen. */
  readonly fenced: boolean;
  /** Whether it counts units, and crashes of them. */
  readonly counts: boolean;
  /** How one release alone is reached; null where it cannot be. */
  readonly reach: 'address' | 'header' | null;
  /** Settings of its own that a deployment changes on its way, and that the end restores. */
  readonly settings: Readonly<Record<string, number | boolean>>;
}

const ANYTHING: Capabilities = {
  cannot: {},
  weights: { step: 0.1 },
  match: { header: true, cookie: true },
  weightsDown: true,
  idle: 'warm',
  places: null,
  coupled: false,
  startsWithTraffic: false,
  timing: { propagation: 0, readLag: 0, poll: 20, takes: {} },
};

const minutes = (best: number, worst: number) => ({ best: best * 60_000, worst: worst * 60_000 });

/** What the platforms that people have are like, each in the respects that differ. */
export const PROFILES = {
  /** Everything can be had, and at once. */
  plain: {
    name: 'plain',
    capabilities: ANYTHING,
    fenced: true,
    counts: true,
    reach: 'address',
    settings: {},
  },
  /** A cluster: an autoscaler moves the base, and its minimum is held up meanwhile. */
  autoscaled: {
    name: 'autoscaled',
    capabilities: {
      ...ANYTHING,
      weights: { step: 1 },
      timing: {
        propagation: 1000,
        readLag: 1000,
        poll: 1000,
        takes: { start: { best: 2000, worst: 60_000 } },
      },
    },
    fenced: true,
    counts: true,
    reach: 'address',
    settings: { minimum: 2 },
  },
  /** A controller that follows steps of its own: weight brings capacity, and starting brings weight. */
  driven: {
    name: 'driven',
    capabilities: {
      ...ANYTHING,
      cannot: {
        scale: 'Its controller scales with the weight.',
        replace: 'Its controller replaces units by itself.',
      },
      weights: { step: 1 },
      match: { header: false, cookie: false },
      idle: 'cold',
      coupled: true,
      startsWithTraffic: true,
      timing: { propagation: 1000, readLag: 1000, poll: 1000, takes: {} },
    },
    fenced: false,
    counts: true,
    reach: null,
    settings: {},
  },
  /** A balancer: two places, no fence, reads that lag, and a release is reached by a header. */
  balancer: {
    name: 'balancer',
    capabilities: {
      ...ANYTHING,
      weights: { step: 1 },
      places: 2,
      timing: {
        propagation: 5000,
        readLag: 5000,
        poll: 5000,
        takes: { start: minutes(1, 4), retire: minutes(1, 5) },
      },
    },
    fenced: false,
    counts: true,
    reach: 'header',
    settings: {},
  },
  /** Functions: no units, and what has no traffic costs nothing. */
  functions: {
    name: 'functions',
    capabilities: {
      ...ANYTHING,
      cannot: { scale: 'It has no units.', replace: 'It has no units.' },
      weights: { step: 1 },
      match: { header: false, cookie: false },
      idle: 'free',
      places: 2,
      timing: { propagation: 0, readLag: 1000, poll: 2000, takes: {} },
    },
    fenced: false,
    counts: false,
    reach: null,
    settings: {},
  },
  /** A host of sites: minutes of building, weights that only rise, and a promotion that is switched off. */
  builder: {
    name: 'builder',
    capabilities: {
      ...ANYTHING,
      cannot: { scale: 'It has no units.', replace: 'It has no units.' },
      weights: { step: 1 },
      match: { header: false, cookie: false },
      weightsDown: false,
      idle: 'free',
      timing: {
        propagation: 2000,
        readLag: 2000,
        poll: 3000,
        takes: { start: minutes(1, 10) },
      },
    },
    fenced: false,
    counts: false,
    reach: 'header',
    settings: { promotesByItself: true },
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof PROFILES;
