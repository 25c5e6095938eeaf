import type {
  Action,
  GateRound,
  Json,
  Plan,
  StoreLimits,
  Track,
  Verdict,
} from '../../contract/index.ts';
import type { Clock } from '../../lib/clock.ts';

/** News is not held back longer than this, where the store bears it. */
const WRITTEN_SOON_MS = 5000;
/** What a long watch may lose of its readings when its process dies. */
const UNRECORDED_MAX_MS = 180_000;
/** A record is written when a step has gone on by such a part of its time. */
const STEP_PARTS = 20;
/** And not more often than after so many looks. */
const READING_RECORDS_LOOKS = 25;

/**
 * Readings on their way into the log. The longer all is as it was, the more of them share a record:
 * a day of watching writes hundreds, not thousands. A change of verdict is news.
 */
export class Rounds {
  readonly #clock: Clock;
  readonly #limits: StoreLimits;
  readonly #begun: number;
  readonly #verdicts = new Map<string, Verdict>();
  #waiting: GateRound[] = [];
  #bytes = 0;
  #isNews = false;
  #written: number;

  constructor(clock: Clock, limits: StoreLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#begun = clock.monotonic();
    this.#written = this.#begun;
  }

  add(round: GateRound): void {
    const { gate, judgement } = round;
    this.#forgetState(gate);
    const former = this.#verdicts.get(gate);
    this.#verdicts.set(gate, judgement.verdict);
    this.#isNews ||= former !== undefined && former !== judgement.verdict;
    this.#waiting.push(round);
    this.#bytes += bytesOf(round);
  }

  /** The state of a judge grows from reading to reading: only the newest in a record is of use. */
  #forgetState(gate: string): void {
    const index = this.#waiting.findLastIndex((round) => round.gate === gate);
    const former = this.#waiting[index];
    if (!former || former.judgement.state === undefined) return;
    const { state, ...judgement } = former.judgement;
    this.#waiting[index] = { ...former, judgement };
    this.#bytes -= bytesOf(former) - bytesOf(this.#waiting[index]);
  }

  /** Whether they should be written by now. */
  get due(): boolean {
    const { poll, value } = this.#limits;
    const now = this.#clock.monotonic();
    const waited = now - this.#written;
    if (this.#isNews) return waited >= Math.max(WRITTEN_SOON_MS, poll);
    if (this.#bytes >= value / 8) return true;
    const least = READING_RECORDS_LOOKS * poll;
    return (
      waited >=
      Math.min(
        Math.max(least, (now - this.#begun) / STEP_PARTS),
        Math.max(least, UNRECORDED_MAX_MS),
      )
    );
  }

  take(): readonly GateRound[] {
    const taken = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    this.#isNews = false;
    this.#written = this.#clock.monotonic();
    return taken;
  }
}

const bytesOf = (round: GateRound) => Buffer.byteLength(JSON.stringify(round));

interface ReadingRecordsWatched {
  readonly plan: Pick<Plan, 'steps'>;
  readonly rounds: readonly GateRound[];
}

/** What the judge last handed back of this gate and this track, and in which step. */
export function formerState(
  { plan, rounds }: ReadingRecordsWatched,
  { gate, track }: { readonly gate: string; readonly track: Track },
): { readonly step: string; readonly state: Json } | null {
  const asked = new Map(plan.steps.map(({ id, action }) => [id, trackOf(action)]));
  const last = rounds.findLast(
    (round) =>
      round.gate === gate && round.judgement.state !== undefined && asked.get(round.step) === track,
  );
  const state = last?.judgement.state;
  return last && state !== undefined ? { step: last.step, state } : null;
}

/** Whom the gates of a step ask. */
export const trackOf = (action: Action): Track =>
  action.kind === 'check' && action.release === null ? 'stable' : 'candidate';
