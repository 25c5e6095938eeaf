import { applyTo, autoscale, type MemoryPlatform } from '../../providers/memory/index.ts';
import {
  type ApplyContext,
  type Operation,
  ProviderError,
  type Split,
  type Verification,
} from '../../src/contract/index.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { type Effect, snapshot, unitsOf } from './evidence.ts';
import type { Dice } from './faults.ts';
import type { Shape } from './shapes.ts';
import type { Witness } from './witness.ts';

/** One call on its way to the platform, with what was known when it was sent. */
export interface Shot {
  readonly actor: string;
  readonly operation: Operation;
  readonly context: ApplyContext;
  readonly sent: Effect['sent'];
}

/** What becomes of calls once they reach the platform: when they take effect, and how much of them. */
export class Landing {
  readonly platform: MemoryPlatform;
  readonly shape: Shape;
  readonly #clock: Clock;
  readonly #dice: Dice;
  readonly #witness: Witness;
  #old: MemoryPlatform | null = null;
  #oldUntil = 0;
  #jobUntil = 0;
  #busyUntil = 0;
  readonly #gone: MemoryPlatform['releases'] = new Map();
  /** What the traffic was before somebody else changed it, until we do. */
  #drifted: Split | null = null;

  constructor(
    platform: MemoryPlatform,
    shape: Shape,
    { clock, dice, witness }: { clock: Clock; dice: Dice; witness: Witness },
  ) {
    this.platform = platform;
    this.shape = shape;
    this.#clock = clock;
    this.#dice = dice;
    this.#witness = witness;
  }

  /**
   * Accepts a call, or throws what the platform answers when it refuses. What was accepted takes
   * effect in the order in which it was, now or after a while.
   */
  arrive(shot: Shot, delay = 0): void {
    const now = this.#clock.monotonic();
    const takes = delay + this.#job(shot, now);
    const isIdle = now >= this.#busyUntil;
    this.#busyUntil = Math.max(this.#busyUntil, now + takes);
    if (isIdle && takes === 0) this.#take(shot);
    else this.#unheard(this.#busyUntil - now, () => this.#take(shot));
  }

  /** A change of traffic may be a job, of which there is one at a time. */
  #job({ operation }: Shot, now: number): number {
    const { job } = this.shape;
    if (!job || operation.kind !== 'route') return 0;
    if (now < this.#jobUntil) throw new ProviderError('conflict', '409 a promotion is under way');
    const takes = this.#dice.stream('job').between(...job);
    this.#jobUntil = now + takes;
    return takes;
  }

  /** A call that is still on its way, and whose sender may not be there any more when it arrives. */
  later(ms: number, shot: Shot): void {
    this.#unheard(ms, () => this.#take(shot));
  }

  /** Nobody hears any more when it is refused. */
  #unheard(ms: number, act: () => void): void {
    void this.#clock
      .sleep(ms)
      .then(act)
      .catch(() => {});
  }

  #take(shot: Shot): void {
    const { actor, operation, context, sent } = shot;
    const { platform } = this;
    const before = snapshot(platform);
    this.#keepOld(actor);
    const fence = this.shape.profile.fenced
      ? context.fence
      : Math.max(context.fence, platform.fence);
    const done = this.#part(operation, actor);
    applyTo(platform, done, { ...context, fence });
    if (operation.kind === 'route') this.#drifted = null;
    this.#comeUp(operation, before.units, actor);
    const [deployment = '', step = ''] = context.key.split('/');
    this.#witness.effect({
      at: this.#clock.monotonic(),
      actor,
      epoch: context.fence,
      deployment,
      step,
      operation,
      before,
      after: snapshot(platform),
      sent,
    });
  }

  /** Of a batch, only some units are replaced: what is left comes when it is sent again. */
  #part(operation: Operation, who: string): Operation {
    if (operation.kind !== 'replace') return operation;
    const { units, split } = this.platform;
    // By its share: an autoscaler has moved the units of what is live, and not where requests go.
    const had = Math.round((units * (split?.[operation.release.id] ?? 0)) / 100);
    const wanted = Math.ceil((units * operation.replaced) / operation.of);
    if (Math.abs(wanted - had) < 2 || !this.#dice.hits('partial', who)) return operation;
    return { ...operation, replaced: Math.round((wanted + had) / 2), of: units };
  }

  /** New units take their time; some may wait for room until it is sent again, or for long. */
  #comeUp(operation: Operation, before: Effect['before']['units'], who: string): void {
    if (operation.kind !== 'start' && operation.kind !== 'scale') return;
    const id = operation.kind === 'start' ? operation.release.id : operation.release;
    const entry = this.platform.releases.get(id);
    const had = Math.min(before[id]?.ready ?? 0, entry?.units ?? 0);
    const missing = (entry?.units ?? 0) - had;
    if (!entry || missing === 0) return;
    const chance = this.#dice.stream('units');
    const [from, to] = this.shape.rise;
    const waits = Array.from({ length: missing }, () => chance.between(from, to));
    if (this.#dice.hits('lazyUnits', who, 3)) waits[0] = chance.between(1000, 30_000);
    if (missing > 1 && this.#dice.hits('partial', who, 2))
      waits[1] = chance.between(10_000, 60_000);
    entry.ready = had;
    for (const wait of waits) this.#rise(id, wait);
  }

  #rise(id: string, wait: number): void {
    const entry = this.platform.releases.get(id);
    if (!entry) return;
    const up = () => {
      entry.ready = Math.min(entry.units, entry.ready + 1);
    };
    if (wait === 0) up();
    else void this.#clock.sleep(wait).then(up);
  }

  #keepOld(who: string): void {
    if (!this.#dice.hits('stale', who)) return;
    const { releases, ...rest } = this.platform;
    const copies = [...releases].map(([id, entry]) => [id, { ...entry }] as const);
    this.#old = { ...rest, releases: new Map(copies) };
    this.#oldUntil = this.#clock.monotonic() + this.shape.profile.capabilities.timing.readLag;
    this.#witness.disturb(this.#oldUntil);
  }

  /** What a reader with an old copy sees. */
  oldCopy(who: string): MemoryPlatform | null {
    const isOld = this.#old && this.#clock.monotonic() < this.#oldUntil;
    return isOld && this.#dice.hits('stale', who, 2) ? this.#old : null;
  }

  /** A reader with the mark of the last write sees when somebody else wrote after it. */
  seenThrough(operation: Operation): Verification | null {
    if (!this.#drifted || operation.kind !== 'route') return null;
    return { state: 'diverged', expected: operation.split, found: this.platform.split };
  }

  crash(id: string): boolean {
    const entry = this.platform.releases.get(id);
    if (!entry || entry.ready === 0) return false;
    entry.ready -= 1;
    entry.restarts += 1;
    this.#witness.disturb(this.#clock.monotonic());
    this.#rise(id, this.#dice.stream('crash').between(500, 10_000));
    return true;
  }

  /** All of its units at once, which are back one after the other. */
  fall(id: string): boolean {
    const entry = this.platform.releases.get(id);
    if (!entry || entry.ready === 0) return false;
    const chance = this.#dice.stream('fall');
    const until = chance.between(500, 60_000);
    for (let left = entry.ready; left > 0; left--) this.#rise(id, until + chance.between(0, 5000));
    entry.ready = 0;
    this.#witness.disturb(this.#clock.monotonic() + until);
    return true;
  }

  /** An autoscaler follows the load: what is live gets another number of units, new ones in their time. */
  autoscale(units: number): void {
    const had = unitsOf(this.platform.releases);
    autoscale(this.platform, units);
    this.#witness.rescale();
    const chance = this.#dice.stream('autoscaler');
    for (const [id, entry] of this.platform.releases) {
      entry.ready = Math.min(had[id]?.ready ?? 0, entry.units);
      for (let missing = entry.units - entry.ready; missing > 0; missing--)
        this.#rise(id, chance.between(...this.shape.rise));
    }
  }

  /** It takes from a release what its share of the traffic does not need, whatever may come back to it. */
  idle(id: string): boolean {
    const entry = this.platform.releases.get(id);
    const weight = this.platform.split?.[id] ?? 0;
    const units = Math.max(1, Math.ceil((this.platform.units * weight) / 100));
    if (!entry || units >= entry.units) return false;
    Object.assign(entry, { units, ready: Math.min(entry.ready, units) });
    this.#witness.rescale();
    return true;
  }

  /** Somebody shifts the traffic by hand between what is there. */
  drift(): boolean {
    const [first, second] = this.platform.releases.keys();
    if (!first || !second || !this.platform.split) return false;
    this.#drifted ??= this.platform.split;
    this.platform.split = { [first]: 70, [second]: 30 };
    return true;
  }

  /** A person who reads that something stands in the way takes it out of the way. */
  #shiftBack(): void {
    const before = this.#drifted;
    const serves = (id: string) => !before?.[id] || this.platform.releases.has(id);
    if (before && Object.keys(before).every(serves)) this.platform.split = before;
    this.#drifted = null;
  }

  /** Somebody takes a release away by hand, and puts it back when asked where it is. */
  gone(id: string, back: number): boolean {
    const entry = this.platform.releases.get(id);
    if (!entry) return false;
    this.platform.releases.delete(id);
    this.#gone.set(id, entry);
    void this.#clock.sleep(back).then(() => this.#putBack());
    return true;
  }

  #putBack(): void {
    for (const [id, entry] of this.#gone)
      if (!this.platform.releases.has(id)) this.platform.releases.set(id, entry);
    this.#gone.clear();
  }

  /** All that was asked for is up, and nobody reads what was. */
  heal(): void {
    this.#old = null;
    this.#putBack();
    this.#shiftBack();
    for (const entry of this.platform.releases.values()) entry.ready = entry.units;
  }
}
