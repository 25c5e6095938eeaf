import { Chance } from '../../simulation/chance.ts';

export const STRATEGIES = ['canary', 'blue-green', 'rolling'] as const;
const VICTIMS = ['command', 'replica', 'keeper', 'edge'] as const;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const RECOVERIES = ['resume', 'resume elsewhere', 'rollback', 'deploy'] as const;

export type Strategy = (typeof STRATEGIES)[number];
export type Victim = (typeof VICTIMS)[number];
export type Recovery = (typeof RECOVERIES)[number];

/** What befalls a process: SIGKILL, or a signal that it may still answer. */
export interface Blow {
  readonly victim: Victim;
  readonly weapon: 'SIGKILL' | (typeof SIGNALS)[number];
  /** When: this share of the time a command takes, or of the events that it tells. */
  readonly share: number;
  /** Ms after that event; null: by time. */
  readonly afterEvent: number | null;
  /** Ms until the same comes a second time. */
  readonly again: number | null;
}

export interface Drawn {
  readonly strategy: Strategy;
  readonly blow: Blow;
  /** What follows. All but the last meet a blow, too. */
  readonly recoveries: readonly { readonly kind: Recovery; readonly blow: Blow | null }[];
}

export interface Odds {
  /** The share of blows that a command line can answer. */
  readonly signals: number;
}

/** Everything that chance decides about one case; the same for the same seed and number. */
export function draw(seed: number, number: number, odds: Odds): Drawn {
  const chance = new Chance(seed * 100_003 + number);
  const strategy = chance.one(STRATEGIES);
  const victim = chance.hits(0.8) ? 'command' : chance.one(VICTIMS.slice(1));
  const blow = { ...blowOf(chance, odds), ...(victim === 'command' ? {} : bystander(victim)) };
  const blows = chance.hits(1 / 3) ? [blowOf(chance, odds), null] : [null];
  return {
    strategy,
    blow,
    recoveries: blows.map((next) => ({ kind: chance.one(RECOVERIES), blow: next })),
  };
}

function blowOf(chance: Chance, odds: Odds): Blow {
  const again = chance.hits(0.3) ? chance.between(0, 1500) : null;
  const weapon = chance.hits(odds.signals) ? chance.one(SIGNALS) : 'SIGKILL';
  const afterEvent = chance.hits(0.5) ? chance.between(0, 15) : null;
  return { victim: 'command', weapon, share: chance.next(), afterEvent, again };
}

/** Only the command line is there to be talked to. */
const bystander = (victim: Victim) => ({ victim, weapon: 'SIGKILL', again: null }) as const;
