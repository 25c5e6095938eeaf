import { Chance } from './chance.ts';

/** What goes wrong with single calls, each with a chance of its own per call. */
export const CALL_FAULTS = [
  /** Store: the write took, its answer is lost. The write was sent and takes later. No answer ever. */
  'storeLost',
  'storeLate',
  'storeSilent',
  'storeTransient',
  'storeSlow',
  /** A `put` that was answered is gone when its process dies: nobody had synced it. */
  'putDropped',
  /** A list that does not have the newest names yet. */
  'staleList',
  /** Provider: likewise. `later` is accepted with a good answer and takes effect in its own time. */
  'lost',
  'late',
  'later',
  'silent',
  'throttled',
  'transient',
  'conflict',
  'stale',
  'slow',
  /** Units come up one after the other; only some of what was asked for is made. */
  'lazyUnits',
  'partial',
  /** Gates: no although all is well, yes although it is not, and answers that are none. */
  'flapping',
  'gateLies',
  'gateSilent',
  'gateThrows',
  'noData',
  'gateStale',
  'gateNaN',
  /**
   * A list that names a release twice, first without a unit; weights that are all a hundredth less;
   * on the way back, and from then on, a list without the old release.
   */
  'doubled',
  'rounded',
  'unlisted',
] as const;
export type CallFault = (typeof CALL_FAULTS)[number];

/** What befalls one process. */
const PROCESS_FAULTS = ['death', 'pause', 'pause > lease', 'signal'] as const;

/** What somebody else does, or what holds for a while; counted where it is met. */
const HAPPENINGS = [
  'control',
  'stray approval',
  'rollback',
  'resume',
  'second deploy',
  'wall clock',
  'drift',
  'gone',
  'crash',
  'autoscaled',
  'fallen',
  'store down',
  'store full',
  'platform down',
  'unauthorized',
  'rot',
] as const;
export type HappeningKind = (typeof HAPPENINGS)[number] | 'signal' | 'kill' | 'sleep';

export const FAULTS = [...CALL_FAULTS, ...PROCESS_FAULTS, ...HAPPENINGS] as const;
export type Fault = (typeof FAULTS)[number];

/** Chance per call; what is not named never happens. */
export type Rates = Readonly<Partial<Record<CallFault, number>>>;

/** Each is on in a quarter of the runs, and fires then in up to a quarter of the calls. */
export function drawRates(seed: number): Record<string, number> {
  const rates: Record<string, number> = {};
  for (const name of CALL_FAULTS) {
    const chance = new Chance(seed, `rate of ${name}`);
    if (chance.hits(0.25)) rates[name] = chance.between(0.02, 0.25);
  }
  return rates;
}

/** Decides for each call what goes wrong with it. */
export class Dice {
  rates: Rates = {};
  readonly #seed: number;
  readonly #tell: (fault: Fault, who: string | null) => void;
  readonly #streams = new Map<string, Chance>();

  constructor(seed: number, tell: (fault: Fault, who: string | null) => void) {
    this.#seed = seed;
    this.#tell = tell;
  }

  /** The stream that belongs to this name alone. */
  stream(name: string): Chance {
    const known = this.#streams.get(name);
    if (known) return known;
    const fresh = new Chance(this.#seed, name);
    this.#streams.set(name, fresh);
    return fresh;
  }

  hits(fault: CallFault, who: string | null, factor = 1): boolean {
    const rate = this.rates[fault];
    if (rate === undefined || !this.stream(fault).hits(rate * factor)) return false;
    this.#tell(fault, who);
    return true;
  }
}
