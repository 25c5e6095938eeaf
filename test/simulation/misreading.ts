import type { Observation, ReleaseId } from '../../src/contract/index.ts';
import type { DeploymentState } from '../../src/engine/index.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Dice } from './faults.ts';

/** A platform that shows what there is in a way that the contract does not allow. */
export class Misreading {
  readonly #dice: Dice;
  /** What the list leaves out until all is well again. */
  #unlisted: ReleaseId | null = null;

  /** Which release the list names twice, for a while. */
  #twice: { readonly id: ReleaseId; readonly until: number } | null = null;
  readonly #clock: Clock;

  constructor(dice: Dice, clock: Clock) {
    this.#dice = dice;
    this.#clock = clock;
  }

  heal(): void {
    this.#unlisted = null;
    this.#twice = null;
  }

  of(seen: Observation, who: string, newest: DeploymentState | null): Observation {
    return this.#without(this.#rounded(this.#doubled(seen, who), who), who, newest);
  }

  #doubled(seen: Observation, who: string): Observation {
    if (seen.releases.length > 0 && this.#dice.hits('doubled', who)) {
      const stream = this.#dice.stream('doubled');
      const until = this.#clock.monotonic() + stream.between(1000, 60_000);
      this.#twice = { id: stream.one(seen.releases).id, until };
    }
    const { id, until = 0 } = this.#twice ?? {};
    const one = seen.releases.find((release) => release.id === id);
    if (!one || until < this.#clock.monotonic()) return seen;
    const shell = { ...one, ready: 0, capacity: one.capacity && 0, health: 'unhealthy' } as const;
    return { ...seen, releases: [shell, ...seen.releases] };
  }

  #rounded(seen: Observation, who: string): Observation {
    if (!seen.split || !this.#dice.hits('rounded', who)) return seen;
    const shares = Object.entries(seen.split).map(([id, weight]) => [id, weight * 0.99]);
    return { ...seen, split: Object.fromEntries(shares) };
  }

  #without(seen: Observation, who: string, newest: DeploymentState | null): Observation {
    const old = newest?.direction === 'back' && !newest.ended ? newest.plan.before.live?.id : null;
    if (old && this.#unlisted === null && this.#dice.hits('unlisted', who)) this.#unlisted = old;
    const gone = this.#unlisted;
    return gone ? { ...seen, releases: seen.releases.filter(({ id }) => id !== gone) } : seen;
  }
}
