import {
  createMemoryPlatform,
  createMemoryProvider,
  type MemoryPlatform,
} from '../../providers/memory/index.ts';
import type { ApplyContext, Measurement, Operation, Store } from '../../src/contract/index.ts';
import { createMemoryStore } from '../../src/stores/memory.ts';
import { VirtualClock } from '../helpers/virtual-clock.ts';
import { no, yes } from '../helpers/world.ts';
import { Chance } from './chance.ts';
import { snapshot } from './evidence.ts';
import { type Faults, NO_FAULTS } from './faults.ts';
import type { PlatformTrouble } from './flaky-provider.ts';
import type { StoreTrouble } from './flaky-store.ts';
import type { Life } from './life.ts';
import { Witness } from './witness.ts';

/** How it was when the sender sent it. */
export interface Sender {
  readonly life: Life;
  over: boolean;
  acknowledged: number;
  observed: number;
}

/** What all pretended processes share: time, one store, one platform, and whatever is wrong with them. */
export class Ground {
  readonly clock = new VirtualClock();
  readonly chance: Chance;
  readonly platform: MemoryPlatform = createMemoryPlatform(4);
  readonly witness: Witness;
  readonly store: Store;
  readonly senders = new Map<string, Sender>();
  readonly storeTrouble: StoreTrouble;
  readonly trouble: PlatformTrouble;
  /** Releases that fail their gates as soon as they have traffic. */
  readonly bad = new Set<string>();
  #faults = NO_FAULTS;

  constructor(seed: number) {
    const chance = new Chance(seed);
    const { clock } = this;
    this.chance = chance;
    this.witness = new Witness(this.platform, clock);
    this.store = this.witness.watch(createMemoryStore());
    const faults = NO_FAULTS;
    this.storeTrouble = { clock, chance, faults, downUntil: 0, fullUntil: 0 };
    this.trouble = { clock, chance, faults, downUntil: 0, drifted: false, old: null, oldUntil: 0 };
  }

  get faults(): Faults {
    return this.#faults;
  }

  set faults(faults: Faults) {
    this.#faults = faults;
    this.storeTrouble.faults = faults;
    this.trouble.faults = faults;
  }

  heal(): void {
    this.faults = NO_FAULTS;
    this.storeTrouble.downUntil = 0;
    this.storeTrouble.fullUntil = 0;
    this.trouble.downUntil = 0;
    for (const entry of this.platform.releases.values()) entry.ready = entry.units;
  }

  /** Carries an operation to the platform, with what was known when it was sent. */
  carrier(name: string) {
    const { clock, witness } = this;
    const sender = this.senders.get(name) as Sender;
    return (operation: Operation, context: ApplyContext) => {
      const now = clock.monotonic();
      const state = witness.newest;
      const sent = {
        at: now,
        epoch: state?.epoch ?? 0,
        inFlight: state?.inFlight ?? null,
        direction: state?.direction ?? ('forward' as const),
        silent: now - sender.acknowledged,
        observed: sender.observed,
        over: sender.over,
        fromSleep: sender.life.asleepUntil > 0 && now - sender.life.asleepUntil < 5500,
      };
      return async (late: boolean) => {
        const before = snapshot(this.platform);
        this.#keepOld();
        await createMemoryProvider(this.platform).apply(operation, context);
        if (operation.kind === 'route') this.trouble.drifted = false;
        this.#comeUp(operation);
        const [deployment = '', step = ''] = context.key.split('/');
        witness.effect({
          at: clock.monotonic(),
          actor: name,
          epoch: context.fence,
          deployment,
          step,
          operation,
          before,
          after: snapshot(this.platform),
          sent,
          late,
        });
      };
    };
  }

  #keepOld(): void {
    if (!this.chance.hits(this.faults.stale)) return;
    const { releases, ...rest } = this.platform;
    const copies = [...releases].map(([id, entry]) => [id, { ...entry }] as const);
    this.trouble.old = { ...rest, releases: new Map(copies) };
    this.trouble.oldUntil = this.clock.monotonic() + 2000;
    this.witness.disturbed = this.trouble.oldUntil;
  }

  /** Units that were just started take their time. */
  #comeUp(operation: Operation): void {
    if (!('release' in operation) || !this.chance.hits(this.faults.lazyUnits * 3)) return;
    const id = typeof operation.release === 'string' ? operation.release : operation.release.id;
    const entry = this.platform.releases.get(id);
    if (!entry || operation.kind !== 'start') return;
    entry.ready = 0;
    void this.clock.sleep(this.chance.between(1000, 30_000)).then(() => {
      entry.ready = entry.units;
    });
  }

  crash(id: string): void {
    const entry = this.platform.releases.get(id);
    if (!entry || entry.ready === 0) return;
    entry.ready -= 1;
    entry.restarts += 1;
    this.witness.disturbed = this.clock.monotonic();
    this.witness.say(() => `a unit of ${id} crashed`);
    void this.clock.sleep(this.chance.between(500, 10_000)).then(() => {
      entry.ready = Math.min(entry.units, entry.ready + 1);
    });
  }

  /** Somebody changes the traffic by hand. */
  drift(): void {
    const ids = Object.keys(this.platform.split ?? {});
    const [first, second] = ids;
    if (!first || !second) return;
    this.platform.split = { [first]: 70, [second]: 30 };
    this.trouble.drifted = true;
    this.witness.say(() => 'somebody changed the split by hand');
  }

  /** What a gate measures now. */
  async reading(source: string, asked: string): Promise<Measurement> {
    const { faults, chance } = this;
    if (chance.hits(faults.gateSilent)) await new Promise<never>(() => {});
    if (chance.hits(faults.gateThrows)) throw new Error('connection refused');
    if (chance.hits(faults.noData)) return { ...yes, kind: 'noData', candidate: null };
    if (chance.hits(faults.flapping)) return no;
    const suffers = source === 'errors' && (this.platform.split?.[asked] ?? 0) > 0;
    return suffers && this.bad.has(asked) ? no : yes;
  }
}
