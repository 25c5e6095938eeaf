import type { ReleaseId } from '../../../src/contract/index.ts';
import type { Upstream } from './upstream.ts';

/** Somebody who waits for a replica to have room. */
export interface Waiting {
  readonly gone: boolean;
  send(upstream: Upstream, lane: Lane): void;
}

/** A release as traffic sees it: its share, and its ready replicas. */
export class Lane {
  readonly release: ReleaseId;
  weight = 0;
  upstreams: readonly Upstream[] = [];
  /** Position in the weighted sequence. */
  credit = 0;
  #next = 0;
  queue: Waiting[] = [];

  constructor(release: ReleaseId) {
    this.release = release;
  }

  /** Room has come: whoever waits longest gets it. */
  pump(most: number): void {
    while (this.queue.length > 0) {
      const upstream = this.pick(null);
      if (!upstream || upstream.inFlight >= most) return;
      const next = this.queue.shift() as Waiting;
      if (!next.gone) next.send(upstream, this);
    }
  }

  /** The least busy replica not tried yet, in turns among equals. */
  pick(tried: readonly Upstream[] | null): Upstream | null {
    const { length } = this.upstreams;
    let best: Upstream | null = null;
    for (let i = 0; i < length; i++) {
      const upstream = this.upstreams[(this.#next + i) % length] as Upstream;
      if (tried?.includes(upstream)) continue;
      if (!best || upstream.inFlight < best.inFlight) best = upstream;
    }
    this.#next = length > 0 ? (this.#next + 1) % length : 0;
    return best;
  }
}

/**
 * The next lane of an even sequence: after any number of requests each lane has had its share to
 * within one request. Chance would need ten thousand requests to come as near as 1 %.
 */
export function nextByWeight(lanes: readonly Lane[]): Lane | null {
  let best: Lane | null = null;
  let sum = 0;
  for (const lane of lanes) {
    sum += lane.weight;
    lane.credit += lane.weight;
    if (lane.weight > 0 && (!best || lane.credit > best.credit)) best = lane;
  }
  if (best) best.credit -= sum;
  return best;
}
