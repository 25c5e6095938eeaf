import type {
  BackgroundSource,
  GateSource,
  GateSpec,
  Judgement,
  Measurement,
} from '../../contract/index.ts';
import { linked, OVER } from '../../lib/linked-signal.ts';
import { type Conclusion, emit, type World } from '../world/world.ts';
import { Instruments, type InstrumentsAsked, type Watchable } from './instruments.ts';
import { formerState, Rounds } from './reading-records.ts';

/** A gate that did not pass: because it says no, or because it cannot say. */
export interface Pending extends GateFailure, Conclusion {}

export interface GateFailure {
  readonly gate: string;
  readonly reason: string;
}

export interface Watched extends InstrumentsAsked {
  readonly step: string;
  readonly gates: readonly string[];
}

/** One reading of a gate, and what it was judged to mean. */
interface JudgedReading {
  readonly measurement: Measurement;
  readonly judgement: Judgement;
}

/** Past windows that are looked at before the first one, and how many of them may be silent. */
const PAST = 30;
const MISSED = 3;

/** Samples gates as long as a step goes on, each at its own interval, and says at once when one fails. */
export class Gatekeeper {
  readonly #session: Watchable;
  readonly #watched: Watched;
  readonly #stop = new AbortController();
  readonly #failed = new AbortController();
  readonly #blinded = new AbortController();
  readonly #states = new Map<string, unknown>();
  readonly #instruments: Instruments;
  #news = new AbortController();
  readonly #rounds: Rounds;
  #loops: Promise<void>[] = [];
  #flushing: Promise<void> = Promise.resolve();
  #broken: unknown;
  failure: GateFailure | null = null;

  constructor(session: Watchable, watched: Watched) {
    this.#session = session;
    this.#watched = watched;
    this.#instruments = new Instruments(session, watched, this.#stop.signal);
    this.#rounds = new Rounds(this.#world.clock, this.#world.store.limits);
  }

  get #world(): World {
    return this.#session.world;
  }

  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /** A gate that decides has erred as often in a row as its limit allows. */
  get blinded(): AbortSignal {
    return this.#blinded.signal;
  }

  begin(): void {
    this.#loops = this.#watched.gates.map((gate) =>
      this.#watch(gate).catch((error: unknown) => this.#break(error)),
    );
  }

  /** A fault of the engine's own side (the journal, say) ends the step; it is thrown by `end`. */
  #break(error: unknown): void {
    this.#broken ??= error;
    this.#failed.abort(OVER);
  }

  /** Stops sampling and writes down what was seen. */
  async end(): Promise<void> {
    this.#stop.abort(OVER);
    await Promise.all(this.#loops);
    await this.#instruments.close();
    this.#flush();
    await this.#flushing;
    if (this.#broken) throw this.#broken;
  }

  /** Resolves at the next reading of any gate, or when the time is over or the signal aborts. */
  nextReading(ms: number, signal: AbortSignal): Promise<void> {
    return linked([signal, this.#news.signal], (ends) => this.#world.clock.sleep(ms, ends));
  }

  /** Gates that have not earned a pass, with the reason; empty when all have. */
  pending(): readonly Pending[] {
    return this.#without('final');
  }

  /** The same when no more time is given: a gate without data passes where that was asked for in writing. */
  unsettled(): readonly Pending[] {
    return this.#without('settled');
  }

  #without(ending: 'final' | 'settled'): readonly Pending[] {
    const { judge } = this.#world;
    const ends = this.#deciding().map((gate) => {
      const spec = this.#spec(gate).judge;
      const end = judge[ending](spec, this.#memory(gate));
      return { gate, spec, end, last: this.#isLast(gate) };
    });
    return judge
      .together(ends)
      .map((end, index) => ({ ...end, gate: ends[index]?.gate ?? '' }))
      .filter(({ verdict }) => verdict !== 'pass');
  }

  #isLast(gate: string): boolean {
    const { steps } = this.#session.state.plan;
    const at = steps.findIndex(({ id }) => id === this.#watched.step);
    return !steps.slice(at + 1).some(({ watch }) => watch.includes(gate));
  }

  #deciding(): readonly string[] {
    return this.#watched.gates.filter((gate) => !this.#spec(gate).advisory);
  }

  #spec(gate: string): GateSpec {
    const spec = this.#session.state.plan.gates[gate];
    if (!spec) throw new Error(`the plan has no gate ${gate}`);
    return spec;
  }

  /** What the judge knows of a gate: from this step, or from what is recorded of the same release. */
  #memory(gate: string): unknown {
    const known = this.#states.get(gate);
    if (known !== undefined) return known;
    const { track, step } = this.#watched;
    const former = formerState(this.#session.state, { gate, track });
    const begun = this.#world.judge.begin(former?.state ?? null, former?.step === step);
    this.#states.set(gate, begun);
    return begun;
  }

  async #watch(gate: string): Promise<void> {
    const spec = this.#spec(gate);
    const { clock } = this.#world;
    const source = await this.#world.source(spec.source);
    let open = await this.#open(source, spec);
    const { live } = this.#session.state.plan.before;
    if (live && !this.#watched.atOnce && spec.windowed && spec.judge.compare)
      await this.#learn(gate, source);
    // A windowed one waits for its first window; any other for as long, so that traffic has come.
    if (!this.#watched.atOnce && !spec.windowed)
      await clock.sleep(spec.warmup + spec.delay + spec.interval, this.#stop.signal);
    for (let due = clock.monotonic(); !this.#stop.signal.aborted; due += spec.interval) {
      due = Math.max(due, clock.monotonic());
      await clock.sleep(due - clock.monotonic(), this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      if (!open) open = await this.#open(source, spec);
      await this.#untilWindow(spec);
      if (this.#stop.signal.aborted) return;
      await this.#sample(gate, spec, source);
    }
  }

  /** While the first window fills: how the stable release did before, unless that is known. */
  async #learn(gate: string, source: GateSource): Promise<void> {
    const { clock, judge } = this.#world;
    const { track } = this.#watched;
    const spec = this.#spec(gate);
    if (formerState(this.#session.state, { gate, track })) return;
    const over = new AbortController();
    const cancel = clock.after(this.#instruments.untilWindow(spec), () => over.abort(OVER));
    for (let [windows, missed] = [1, 0]; windows <= PAST && missed < MISSED; windows++) {
      if (over.signal.aborted || this.#stop.signal.aborted) break;
      const past = { windows, until: over.signal };
      const measurement = await this.#instruments.measurePast(spec, source, past);
      if (measurement.kind === 'ok')
        this.#states.set(gate, judge.learn(this.#memory(gate), measurement));
      else missed++;
    }
    cancel();
  }

  async #untilWindow(spec: GateSpec): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const wait = this.#instruments.untilWindow(spec);
      if (wait === 0) return;
      await this.#world.clock.sleep(wait, this.#stop.signal);
    }
  }

  /** False when it could not be opened: the gate's own readings will tell, and it is tried again. */
  async #open(source: GateSource | BackgroundSource, spec: GateSpec): Promise<boolean> {
    if (!('begin' in source)) return true;
    try {
      await this.#instruments.open(source, spec);
      return true;
    } catch (error) {
      // The step was over before it had begun: nobody misses it.
      if (this.#stop.signal.aborted) return false;
      const message = `${spec.source} could not begin: ${(error as Error).message}`;
      emit(this.#session, 'notice', { level: 'warning', message });
      return false;
    }
  }

  async #sample(gate: string, spec: GateSpec, source: GateSource): Promise<void> {
    const measurement = await this.#instruments.measure(spec, source);
    // Blind for want of rights is no verdict: who may look has to go on.
    if (this.#instruments.denied) throw this.#instruments.denied;
    if (this.#stop.signal.aborted && measurement.kind !== 'ok') return;
    const judged = this.#world.judge.judge(spec.judge, this.#memory(gate), {
      measurement,
      at: this.#world.clock.monotonic(),
    });
    this.#states.set(gate, judged.state);
    this.#note(gate, spec, { measurement, judgement: judged.judgement });
  }

  #note(gate: string, spec: GateSpec, { measurement, judgement }: JudgedReading): void {
    const { step } = this.#watched;
    this.#rounds.add({ step, gate, at: this.#world.clock.wall(), measurement, judgement });
    const { state: _, ...told } = judgement;
    const { advisory } = spec;
    const event = { step, gate, measurement, judgement: told, advisory };
    emit(this.#session, 'measured', event);
    this.#news.abort(OVER);
    this.#news = new AbortController();
    if (judgement.verdict === 'fail' && !spec.advisory && !this.failure) {
      this.failure = { gate, reason: judgement.reason };
      this.#failed.abort(OVER);
    }
    if (!spec.advisory && this.#isBlind(gate, spec)) this.#blinded.abort(OVER);
    if (this.#rounds.due) this.#flush();
  }

  #isBlind(gate: string, { judge }: GateSpec): boolean {
    return this.#world.judge.final(judge, this.#memory(gate)).blind === true;
  }

  /** Written down beside the sampling: a slow store must not blind the gates. */
  #flush(): void {
    const rounds = this.#rounds.take();
    if (rounds.length === 0) return;
    const written = this.#session.record({ kind: 'gates', rounds });
    this.#flushing = Promise.all([this.#flushing, written]).then(
      () => {},
      (error: unknown) => this.#break(error),
    );
  }
}
