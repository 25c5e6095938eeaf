import type { Clock } from '../../src/lib/clock.ts';

const never = () => new Promise<never>(() => {});

/**
 * The life of one pretended process. Whatever it asks of the outside passes here, numbered, before
 * it is sent and again before its answer is heard; at a given number it dies or falls asleep.
 */
export class Life {
  readonly name: string;
  count = 0;
  dead = false;
  killAt = Infinity;
  sleepAt = Infinity;
  sleepFor = 0;
  /** Until when it hears nothing and does nothing. */
  asleepUntil = 0;
  diedAt = 0;
  diedOf = '';
  readonly died: Promise<void>;
  /** Told at once when it dies or falls asleep. */
  onDeath: () => void = () => {};
  onSleep: () => void = () => {};
  #tellDeath: () => void = () => {};
  readonly #clock: Clock;

  constructor(name: string, clock: Clock) {
    this.name = name;
    this.#clock = clock;
    this.died = new Promise((resolve) => {
      this.#tellDeath = resolve;
    });
  }

  #kill(where: string): void {
    this.diedAt = this.#clock.monotonic();
    this.diedOf = where;
    this.onDeath();
    this.dead = true;
    this.#tellDeath();
  }

  #fallAsleep(): void {
    this.asleepUntil = Math.max(this.asleepUntil, this.#clock.monotonic() + this.sleepFor);
    this.onSleep();
  }

  /** Null where it goes on at once; nearly always, so that nothing is to be waited for. */
  #pass(what: string, moment: string): Promise<void> | null {
    if (this.dead) return never();
    this.count += 1;
    if (this.count === this.killAt) this.#kill(`${what} ${moment}, point ${this.count}`);
    if (this.count === this.sleepAt) this.#fallAsleep();
    return this.dead || this.#clock.monotonic() < this.asleepUntil ? this.#wakeUp() : null;
  }

  async #wakeUp(): Promise<void> {
    while (!this.dead && this.#clock.monotonic() < this.asleepUntil)
      await this.#clock.sleep(this.asleepUntil - this.#clock.monotonic());
    if (this.dead) return never();
  }

  /** A call to the outside: it may die before the call is sent, or before the answer is heard. */
  async call<T>(what: string, send: () => Promise<T>): Promise<T> {
    const held = this.#pass(what, 'not sent');
    if (held) await held;
    try {
      return await send();
    } finally {
      const late = this.#pass(what, 'not answered');
      if (late) await late;
    }
  }

  /** The same object, with every method a call that this life makes. */
  lend<T extends object>(what: string, things: T): T {
    const lent = Object.entries(things).map(([name, thing]: [string, unknown]) => {
      if (typeof thing !== 'function') return [name, thing];
      const where = `${what}.${name}`;
      return [name, (...args: unknown[]) => this.call(where, () => thing(...args))];
    });
    return Object.fromEntries(lent) as T;
  }

  clock(): Clock {
    return {
      wall: () => this.#clock.wall(),
      monotonic: () => this.#clock.monotonic(),
      after: (ms, ring) => {
        let cancelled = false;
        const wake = () => cancelled || ring();
        const cancel = this.#clock.after(ms, () => {
          const asleep = this.#pass('clock', 'woken');
          if (asleep) void asleep.then(wake);
          else wake();
        });
        return () => {
          cancelled = true;
          cancel();
        };
      },
      sleep: async (ms, signal) => {
        await this.#clock.sleep(ms, signal);
        const asleep = this.#pass('clock', 'woken');
        if (asleep) await asleep;
      },
    };
  }
}
