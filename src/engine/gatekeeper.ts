import type {
  BackgroundSource,
  GateRound,
  GateSource,
  GateSpec,
  Judgement,
  Measurement,
  MeasureRequest,
  Observation,
  Plan,
  RecordBody,
  Subject,
  Track,
} from '../contract/index.ts';
import { bounded } from './bounds.ts';
import { type Conclusion, emit, type World } from './world.ts';

/** A gate that did not pass: because it says no, or because it cannot say. */
export interface Pending extends GateFailure, Conclusion {}

export interface GateFailure {
  readonly gate: string;
  readonly reason: string;
}

export interface Watched {
  readonly step: string;
  readonly gates: readonly string[];
  /** Which release the probes ask; `stable` before anything has started. */
  readonly track: Track;
  /** A check asks at once, over the window that has just closed; a watch lets a window of its own fill first. */
  readonly atOnce: boolean;
}

/** What sampling needs of a deployment: a session is one, and so is a mere look at what is live. */
export interface Watchable {
  readonly world: World;
  readonly state: {
    readonly id: string;
    readonly plan: Pick<Plan, 'gates' | 'release' | 'before'>;
  };
  record(body: RecordBody): Promise<unknown>;
  /** Set where somebody may be in a hurry. */
  readonly attention?: { readonly leaving: AbortSignal };
}

/** Samples gates as long as a step goes on, each at its own interval, and says at once when one fails. */
export class Gatekeeper {
  readonly #session: Watchable;
  readonly #watched: Watched;
  readonly #stop = new AbortController();
  readonly #failed = new AbortController();
  readonly #states = new Map<string, unknown>();
  readonly #since: number;
  #news = new AbortController();
  #rounds: GateRound[] = [];
  #flushed: number;
  #loops: Promise<void>[] = [];
  #observing: Promise<Observation> | null = null;
  #backgrounds: (() => Promise<void>)[] = [];
  #flushing: Promise<void> = Promise.resolve();
  #broken: unknown;
  failure: GateFailure | null = null;

  constructor(session: Watchable, watched: Watched) {
    this.#session = session;
    this.#watched = watched;
    this.#since = this.#world.clock.monotonic();
    this.#flushed = this.#since;
  }

  get #world(): World {
    return this.#session.world;
  }

  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  begin(): void {
    this.#loops = this.#watched.gates.map((gate) =>
      this.#watch(gate).catch((error: unknown) => this.#break(error)),
    );
  }

  /** A fault of the engine's own side (the journal, say) ends the step; it is thrown by `end`. */
  #break(error: unknown): void {
    this.#broken ??= error;
    this.#failed.abort();
  }

  /** Stops sampling and writes down what was seen. */
  async end(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
    await Promise.all(this.#backgrounds.map((finish) => this.#finishBackground(finish)));
    this.#flush();
    await this.#flushing;
    if (this.#broken) throw this.#broken;
  }

  /** Resolves at the next reading of any gate, or when the time is over or the signal aborts. */
  nextReading(ms: number, signal: AbortSignal): Promise<void> {
    return this.#world.clock.sleep(ms, AbortSignal.any([signal, this.#news.signal]));
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
    return this.#deciding()
      .map((gate) => {
        const state = this.#states.get(gate) ?? judge.initial;
        return { gate, ...judge[ending](this.#spec(gate).judge, state) };
      })
      .filter(({ verdict }) => verdict !== 'pass');
  }

  #deciding(): readonly string[] {
    return this.#watched.gates.filter((gate) => !this.#spec(gate).advisory);
  }

  #spec(gate: string): GateSpec {
    const spec = this.#session.state.plan.gates[gate];
    if (!spec) throw new Error(`the plan has no gate ${gate}`);
    return spec;
  }

  async #watch(gate: string): Promise<void> {
    const spec = this.#spec(gate);
    const { clock } = this.#world;
    const source = this.#world.source(spec.source);
    let open = await this.#openBackground(source, spec);
    if (!this.#watched.atOnce)
      await clock.sleep(spec.warmup + spec.delay + spec.interval, this.#stop.signal);
    for (let due = clock.monotonic(); !this.#stop.signal.aborted; due += spec.interval) {
      due = Math.max(due, clock.monotonic());
      await clock.sleep(due - clock.monotonic(), this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      if (!open) open = await this.#openBackground(source, spec);
      await this.#sample(gate, spec, source);
    }
  }

  /** False when it could not be opened: the gate's own readings will tell, and it is tried again. */
  async #openBackground(source: GateSource | BackgroundSource, spec: GateSpec): Promise<boolean> {
    if (!('begin' in source)) return true;
    const open = async () =>
      source.begin({
        settings: spec.settings,
        subject: await this.#subject(),
        observe: () => this.#observe(),
        signal: this.#stop.signal,
      });
    const { signal } = this.#stop;
    try {
      this.#backgrounds.push(await bounded(this.#world, open, { what: spec.source, signal }));
      return true;
    } catch (error) {
      const message = `${spec.source} could not begin: ${(error as Error).message}`;
      emit(this.#world, this.#session.state.id, 'notice', { level: 'warning', message });
      return false;
    }
  }

  /** What watches must not hold up what it watches. */
  async #finishBackground(finish: () => Promise<void>): Promise<void> {
    const signal = this.#session.attention?.leaving;
    await bounded(this.#world, finish, { what: 'background', signal }).catch(() => {});
  }

  async #sample(gate: string, spec: GateSpec, source: GateSource): Promise<void> {
    const measurement = await this.#measure(spec, source);
    if (this.#stop.signal.aborted && measurement.kind !== 'ok') return;
    const state = this.#states.get(gate) ?? this.#world.judge.initial;
    const judged = this.#world.judge.judge(
      spec.judge,
      state,
      measurement,
      this.#world.clock.monotonic(),
    );
    this.#states.set(gate, judged.state);
    this.#note(gate, spec, measurement, judged.judgement);
  }

  #note(gate: string, spec: GateSpec, measurement: Measurement, judgement: Judgement): void {
    const { step } = this.#watched;
    this.#rounds.push({ step, gate, at: this.#world.clock.wall(), measurement, judgement });
    emit(this.#world, this.#session.state.id, 'measured', {
      step,
      gate,
      measurement,
      judgement,
      advisory: spec.advisory,
    });
    this.#news.abort();
    this.#news = new AbortController();
    if (judgement.verdict === 'fail' && !spec.advisory && !this.failure) {
      this.failure = { gate, reason: judgement.reason };
      this.#failed.abort();
    }
    if (this.#world.clock.monotonic() - this.#flushed > 5000) this.#flush();
  }

  async #measure(spec: GateSpec, source: GateSource): Promise<Measurement> {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, this.#stop.signal]);
    const ask = async () => source.measure(this.#request(spec, await this.#subject(), signal));
    const bounds = { what: spec.source, within: spec.timeout, signal: this.#stop.signal };
    const begun = this.#world.clock.monotonic();
    try {
      return await bounded(this.#world, ask, bounds);
    } catch (error) {
      const late = this.#world.clock.monotonic() - begun >= spec.timeout;
      return trouble(late ? 'timeout' : 'sourceError', (error as Error).message);
    } finally {
      over.abort();
    }
  }

  #request(spec: GateSpec, subject: Subject, signal: AbortSignal): MeasureRequest {
    const now = this.#world.clock.wall();
    const open = this.#world.clock.monotonic() - this.#since - spec.delay;
    const span = this.#watched.atOnce ? spec.interval : Math.max(1, Math.min(spec.interval, open));
    const window = { from: now - spec.delay - span, to: now - spec.delay, span, age: spec.delay };
    return { settings: spec.settings, subject, window, observe: () => this.#observe(), signal };
  }

  async #subject(): Promise<Subject> {
    const { id, plan } = this.#session.state;
    const { track } = this.#watched;
    const asked = track === 'candidate' ? plan.release : plan.before.live;
    const observation = await this.#observe();
    const address =
      observation.releases.find((release) => release.id === asked?.id)?.address ?? null;
    const stable = track === 'candidate' ? plan.before.live : null;
    return { deployment: id, candidate: asked ?? plan.release, stable, track, address };
  }

  /** Gates that ask at the same moment share one reading of the provider. */
  #observe(): Promise<Observation> {
    const { provider } = this.#world;
    this.#observing ??= bounded(this.#world, () => provider.observe(), { what: 'observe' }).finally(
      () => {
        this.#observing = null;
      },
    );
    return this.#observing;
  }

  /** Written down beside the sampling: a slow store must not blind the gates. */
  #flush(): void {
    const rounds = this.#rounds;
    this.#rounds = [];
    this.#flushed = this.#world.clock.monotonic();
    if (rounds.length === 0) return;
    const written = this.#session.record({ kind: 'gates', rounds });
    this.#flushing = Promise.all([this.#flushing, written]).then(
      () => {},
      (error: unknown) => this.#break(error),
    );
  }
}

function trouble(kind: 'timeout' | 'sourceError', detail: string): Measurement {
  return { kind, candidate: null, stable: null, unit: 'yesNo', detail };
}
