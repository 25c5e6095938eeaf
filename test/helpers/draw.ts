import { mulberry } from './mulberry.ts';

/** Seeded chance. */
export class Draw {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = mulberry(seed);
  }

  /** Evenly on the scale of logarithms. */
  between(low: number, high: number): number {
    return low * (high / low) ** this.next();
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.next() * from.length)] as T;
  }

  /** How many of `total` fail; failing ones come in bursts of this mean size. */
  bad(total: number, share: number, burst = 1): number {
    if (burst <= 1) return this.share(total, share);
    let count = 0;
    const bursts = this.poisson((total * share) / burst);
    if (bursts > 2000) return Math.min(total, Math.max(0, Math.round(this.#many(bursts, burst))));
    for (let left = bursts; left > 0; left--) count += this.#size(burst);
    return Math.min(total, count);
  }

  /** How many of `total` belong to a share of them. */
  share(total: number, share: number): number {
    if (share <= 0 || total <= 0) return 0;
    if (share >= 1) return total;
    const mean = total * share;
    if (mean > 60 && total - mean > 60) {
      const drawn = mean + Math.sqrt(mean * (1 - share)) * this.normal();
      return Math.min(total, Math.max(0, Math.round(drawn)));
    }
    if (share > 0.5) return total - this.share(total, 1 - share);
    if (total > 40) return Math.min(total, this.#gaps(total, share));
    let count = 0;
    for (let one = 0; one < total; one++) if (this.next() < share) count++;
    return count;
  }

  poisson(mean: number): number {
    if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const end = Math.exp(-mean);
    let count = 0;
    for (let product = this.next(); product > end; product *= this.next()) count++;
    return count;
  }

  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /** By the gaps between those that belong. */
  #gaps(total: number, share: number): number {
    const scale = Math.log1p(-share);
    let count = -1;
    for (let at = 0; at <= total; count++) at += 1 + Math.floor(Math.log(1 - this.next()) / scale);
    return count;
  }

  #size(mean: number): number {
    if (mean <= 1) return 1;
    return 1 + Math.floor(Math.log(1 - this.next()) / Math.log(1 - 1 / mean));
  }

  #many(bursts: number, mean: number): number {
    return bursts * mean + Math.sqrt(bursts * mean * (mean - 1)) * this.normal();
  }
}
