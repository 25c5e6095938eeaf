import type { Chance } from './chance.ts';

/** How often each thing goes wrong in one run, per call; 0 for never. */
export interface Faults {
  /** Store: the write took, its answer is lost. The write was sent and takes later. No answer ever. */
  storeLost: number;
  storeLate: number;
  storeSilent: number;
  storeTransient: number;
  storeSlow: number;
  /** Provider, likewise. */
  lost: number;
  late: number;
  silent: number;
  throttled: number;
  transient: number;
  stale: number;
  slow: number;
  /** Units come up one after the other instead of at once. */
  lazyUnits: number;
  /** Gates. */
  flapping: number;
  gateSilent: number;
  gateThrows: number;
  noData: number;
}

export const NO_FAULTS: Faults = {
  storeLost: 0,
  storeLate: 0,
  storeSilent: 0,
  storeTransient: 0,
  storeSlow: 0,
  lost: 0,
  late: 0,
  silent: 0,
  throttled: 0,
  transient: 0,
  stale: 0,
  slow: 0,
  lazyUnits: 0,
  flapping: 0,
  gateSilent: 0,
  gateThrows: 0,
  noData: 0,
};

/** Each section is on in a quarter of the runs, and fires then in up to a quarter of the calls. */
export function drawFaults(chance: Chance): Faults {
  const drawn = Object.keys(NO_FAULTS).map((name) => [
    name,
    chance.hits(0.25) ? chance.between(0.02, 0.25) : 0,
  ]);
  return Object.fromEntries(drawn) as unknown as Faults;
}
