import { mulberry } from '../helpers/mulberry.ts';

/** Seeded chance: how many requests fail, one by one or in bursts. */
export class Draw {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = mulberry(seed);
  }

  /** Of `total` requests; failing ones come in bursts of this mean size. */
  bad(total: number, share: number, burst = 1): number {
    let count = 0;
    for (let left = this.#poisson((total * share) / burst); left > 0; left--)
      count += this.#size(burst);
    return Math.min(total, count);
  }

  #size(mean: number): number {
    if (mean <= 1) return 1;
    return 1 + Math.floor(Math.log(1 - this.#next()) / Math.log(1 - 1 / mean));
  }

  #poisson(mean: number): number {
    if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.#normal()));
    const end = Math.exp(-mean);
    let count = 0;
    for (let product = this.#next(); product > end; product *= this.#next()) count++;
    return count;
  }

  #normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#next()));
    return radius * Math.cos(2 * Math.PI * this.#next());
  }
}
