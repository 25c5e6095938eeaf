import { systemClock } from '../../src/lib/clock.ts';
import type { GroupReading } from './reading.ts';

/** Ms that a group which a rule has just named may take to be used. */
const UNUSED_AT_LEAST = 5_000;

/**
 * Since when targets are not in use although a rule names their group: for a moment that is the load
 * balancer's lag, later it is an availability zone that the load balancer has not got.
 */
export class Unused {
  #since = new Map<string, number>();

  note(groups: readonly GroupReading[]): void {
    const now = systemClock.monotonic();
    const unused = groups
      .filter(({ weight }) => weight !== null)
      .filter(({ targets }) => targets.some(({ reason }) => reason === 'Target.NotInUse'))
      .map(({ arn }) => arn);
    this.#since = new Map(unused.map((arn) => [arn, this.#since.get(arn) ?? now]));
  }

  isLasting(group: string, propagation: number): boolean {
    const since = this.#since.get(group);
    if (since === undefined) return false;
    return systemClock.monotonic() - since > Math.max(propagation, UNUSED_AT_LEAST);
  }
}
