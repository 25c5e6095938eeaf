import { systemClock } from '../../src/lib/clock.ts';
import type { AlbReading, RulesReading } from './reading.ts';

/** Ms for which what was just read is as good as a look of one's own. */
const MOMENT = 2_000;

/** One reading for all who look within a moment; none from before the last write of ours. */
export class Looks {
  #longest: number;
  #writes = 0;
  #rules: Look<RulesReading> | null = null;
  #place: Look<AlbReading> | null = null;
  #part: (Look<AlbReading> & { readonly release: string }) | null = null;

  constructor(poll: number) {
    this.#longest = Math.min(MOMENT, poll / 2);
  }

  /** Before and after every write: what a look finds in between may be of either. */
  forget(): void {
    this.#writes += 1;
    this.#rules = null;
    this.#place = null;
    this.#part = null;
  }

  async place(read: () => Promise<AlbReading>): Promise<AlbReading> {
    const shared = this.#fresh(this.#place);
    if (shared) return shared;
    const look = await this.#look(read);
    this.#place = look;
    this.#rules = look;
    return look.reading;
  }

  /** All of the place, or as much of it as matters to whoever goes to this release. */
  async part(release: string, read: () => Promise<AlbReading>): Promise<AlbReading> {
    const known = this.#part?.release === release ? this.#part : null;
    const shared = this.#fresh(this.#place) ?? this.#fresh(known);
    if (shared) return shared;
    const look = await this.#look(read);
    this.#part = { ...look, release };
    this.#rules = look;
    return look.reading;
  }

  async rules(read: () => Promise<RulesReading>): Promise<RulesReading> {
    const shared = this.#fresh(this.#rules);
    if (shared) return shared;
    const look = await this.#look(read);
    this.#rules = look;
    return look.reading;
  }

  async #look<T>(read: () => Promise<T>): Promise<Look<T>> {
    const [at, writes] = [systemClock.monotonic(), this.#writes];
    return { at, writes, reading: await read() };
  }

  #fresh<T>(look: Look<T> | null): T | null {
    if (!look || look.writes !== this.#writes) return null;
    return systemClock.monotonic() - look.at <= this.#longest ? look.reading : null;
  }
}

interface Look<T> {
  /** When it began. */
  readonly at: number;
  readonly writes: number;
  readonly reading: T;
}
