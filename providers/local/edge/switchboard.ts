import type { Match, ReleaseId, Split } from '../../../src/contract/index.ts';
import { NO_TABLE, type Table } from '../home/messages.ts';
import type { AnswerAsked } from './answer.ts';
import { cookieOf } from './cookie.ts';
import { Draining } from './draining.ts';
import { Lane, nextByWeight } from './lane.ts';
import { LIMITS, type Limits, limitsOf } from './limits.ts';
import { ANSWER_TIMEOUT, Upstream } from './upstream.ts';

/** Decides which replica of which release a request goes to. */
export class Switchboard {
  table: Table = NO_TABLE;
  /** Called when the traffic is shared out anew. */
  onShares = (): void => {};
  #lanes = new Map<ReleaseId, Lane>();
  #weighted: Lane[] = [];
  #upstreams = new Map<string, Upstream>();
  #draining: Draining;
  #answerTimeout: number;
  #base: Limits;
  #limits: Limits;

  constructor(
    drained: (key: string) => void,
    answerTimeout = ANSWER_TIMEOUT,
    limits: Limits = LIMITS,
  ) {
    this.#draining = new Draining(drained);
    this.#answerTimeout = answerTimeout;
    this.#base = limits;
    this.#limits = limits;
  }

  /** Takes effect for the next request; what is in flight ends where it began. */
  apply(table: Table): void {
    const sameWeights = sameShares(this.table.split, table.split);
    this.table = table;
    this.#limits = limitsOf(this.#base, table.front?.limits);
    const before = this.#lanes;
    this.#lanes = new Map(
      Object.keys(table.backends).map((id) => [id, before.get(id) ?? new Lane(id)]),
    );
    for (const lane of this.#lanes.values()) {
      this.#fill(lane, sameWeights);
      lane.pump(this.#limits.inFlightPerReplica);
    }
    this.#weighted = [...this.#lanes.values()].filter(({ weight }) => weight > 0);
    for (const lane of before.values()) this.#rescue(lane);
    this.#retire(table);
    if (!sameWeights) this.onShares();
  }

  /** The lane a request belongs to; null when nothing serves. */
  laneFor(request: AnswerAsked): Lane | null {
    const { match, sticky } = this.table;
    if (match && matches(match, request)) {
      const lane = this.#lanes.get(match.release);
      if (lane && lane.upstreams.length > 0) return lane;
    }
    if (sticky) {
      const lane = this.#lanes.get(cookieOf(request, sticky.cookie) ?? '');
      if (lane && lane.weight > 0 && lane.upstreams.length > 0) return lane;
    }
    const lane =
      this.#weighted.length === 1 ? (this.#weighted[0] as Lane) : nextByWeight(this.#weighted);
    return lane && lane.upstreams.length > 0 ? lane : this.fallback(null);
  }

  /** Another release that may serve: one with a share, else the live one. */
  fallback(tried: readonly Upstream[] | null): Lane | null {
    const serves = (lane: Lane | undefined): lane is Lane =>
      lane?.upstreams.some((upstream) => !tried?.includes(upstream)) ?? false;
    const heaviest = this.#weighted.filter(serves).sort((a, b) => b.weight - a.weight)[0];
    if (heaviest) return heaviest;
    const live = this.table.split && this.#lanes.get(this.table.live ?? '');
    return live && serves(live) ? live : null;
  }

  /** Who waits for a release that serves no more waits for another. */
  #rescue(lane: Lane): void {
    if (lane.queue.length === 0 || this.#lanes.get(lane.release)?.upstreams.length) return;
    const other = this.fallback(null);
    if (!other) return;
    other.queue.push(...lane.queue.splice(0));
    other.pump(this.#limits.inFlightPerReplica);
  }

  #fill(lane: Lane, sameWeights: boolean): void {
    lane.weight = this.table.split?.[lane.release] ?? 0;
    if (!sameWeights) lane.credit = 0;
    lane.upstreams = (this.table.backends[lane.release] ?? []).map((backend) => {
      const known = this.#upstreams.get(backend.key);
      if (known) return known;
      const upstream = new Upstream(backend, lane.release, {
        answerTimeout: this.#answerTimeout,
        vacant: () => lane.pump(this.#limits.inFlightPerReplica),
      });
      this.#upstreams.set(backend.key, upstream);
      return upstream;
    });
  }

  /** Replicas that the table serves no more get no new request. */
  #retire({ backends, draining }: Table): void {
    const serving = new Set(Object.values(backends).flatMap((list) => list.map(({ key }) => key)));
    for (const [key, upstream] of this.#upstreams) {
      if (serving.has(key)) continue;
      this.#upstreams.delete(key);
      this.#draining.begin(key, upstream);
    }
    this.#draining.answer(draining);
  }
}

function sameShares(a: Split | null, b: Split | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function matches({ header, cookie }: Match, request: AnswerAsked): boolean {
  if (header && request.headers[header.name.toLowerCase()] === header.value) return true;
  return cookie !== undefined && cookieOf(request, cookie.name) === cookie.value;
}
