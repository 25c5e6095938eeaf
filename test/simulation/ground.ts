import { createMemoryPlatform, type MemoryPlatform } from '../../providers/memory/index.ts';
import type { Measurement, Store } from '../../src/contract/index.ts';
import { createMemoryStore } from '../../stores/memory/index.ts';
import { VirtualClock } from '../helpers/virtual-clock.ts';
import { no, yes } from '../helpers/world.ts';
import { CANARY } from './canary.ts';
import { Coverage, type Moment } from './coverage.ts';
import { Dice, type Fault } from './faults.ts';
import { Landing } from './landing.ts';
import type { Life } from './life.ts';
import { Misreading } from './misreading.ts';
import { SHAPES, type Shape } from './shapes.ts';
import { Weather } from './weather.ts';
import { Witness } from './witness.ts';

/** How it was when the sender sent it. */
export interface Sender {
  readonly life: Life;
  over: boolean;
  /** When its command ended; what it did after that would be too late. */
  overAt: number;
  acknowledged: number;
  observed: number;
}

/** What all pretended processes share: time, one store, one platform, and whatever is wrong with them. */
export class Ground {
  readonly clock = new VirtualClock();
  readonly platform: MemoryPlatform;
  readonly shape: Shape;
  readonly dice: Dice;
  readonly weather: Weather;
  readonly landing: Landing;
  readonly witness: Witness;
  readonly store: Store;
  readonly entries = new Map<string, string>();
  readonly senders = new Map<string, Sender>();
  readonly coverage = new Coverage();
  readonly misreading: Misreading;
  /** Releases that fail their gates as soon as they have traffic. */
  readonly bad = new Set<string>();
  /** Somebody waits for a person to say yes or no. */
  asked = false;

  constructor(seed: number, shape: Shape = SHAPES.local) {
    const { clock } = this;
    const platform = createMemoryPlatform(4, shape.profile);
    this.platform = platform;
    const met = (fault: Fault, who: string | null) => this.met(fault, who);
    this.shape = shape;
    this.dice = new Dice(seed, met);
    this.misreading = new Misreading(this.dice, clock);
    this.weather = new Weather(clock, met);
    this.witness = new Witness(platform, shape, clock);
    this.witness.freedAt = () => this.#freedAt();
    this.landing = new Landing(platform, shape, this);
    this.store = this.witness.watch(createMemoryStore(this.entries));
  }

  /** A fault was met, by this process or by nobody in particular. */
  met(fault: Fault, who: string | null = null): void {
    this.coverage.add(this.#momentOf(who), fault);
    this.witness.say(() => `* ${fault}${who ? ` meets ${who}` : ''}`);
  }

  #momentOf(who: string | null): Moment {
    const { newest, moment } = this.witness;
    if (!newest || newest.ended) return 'planning';
    const holder = newest.holder.actor.name;
    const sender = this.senders.get(holder);
    const isHeld = !newest.stopped && sender && !sender.over && !sender.life.dead;
    return isHeld && (who === null || who === holder) ? moment : 'taking over';
  }

  #freedAt(): number | null {
    const { records, formerHolder } = this.witness;
    if (records.at(-2)?.body.kind === 'paused') return 0;
    const sender = this.senders.get(formerHolder ?? '');
    if (sender?.life.dead) return sender.life.diedAt;
    return sender?.over ? sender.overAt : null;
  }

  /** The faults end: what is asked for is up, and everybody hears everybody. */
  heal(): void {
    this.dice.rates = {};
    this.weather.clear();
    this.landing.heal();
    this.misreading.heal();
    this.witness.calmSince = this.clock.monotonic();
  }

  /** What a gate measures now. */
  async reading(source: string, asked: string, who: string): Promise<Measurement> {
    const { dice } = this;
    if (dice.hits('gateSilent', who)) await new Promise<never>(() => {});
    if (dice.hits('gateThrows', who)) throw new Error(`connection refused, ${CANARY}`);
    if (dice.hits('noData', who)) return { ...yes, kind: 'noData', candidate: null };
    if (dice.hits('gateStale', who)) return { ...yes, kind: 'stale', detail: `old, ${CANARY}` };
    if (dice.hits('gateNaN', who))
      return { ...yes, candidate: { value: Number.NaN, samples: 1, bad: 0, total: 1 } };
    if (dice.hits('flapping', who)) return no;
    const suffers =
      source === 'errors' && this.bad.has(asked) && (this.platform.split?.[asked] ?? 0) > 0;
    return suffers && !dice.hits('gateLies', who, 4) ? no : yes;
  }
}
