import type {
  BackgroundSource,
  GateRound,
  GateSource,
  GateSpec,
  Measurement,
  MeasureRequest,
  Observation,
  Plan,
  RecordBody,
  Subject,
  SubjectLabels,
  Track,
  Window,
} from '../../contract/index.ts';
import { linked } from '../../lib/linked-signal.ts';
import { bounded } from '../world/call-limit.ts';
import type { MeasuringWindows, NextWindow } from '../world/measuring-windows.ts';
import { look } from '../world/observe.ts';
import type { World } from '../world/world.ts';
import { isDenied } from './denied-credentials.ts';
import { GateAccess } from './gate-access.ts';

/** What sampling needs of a deployment: a session is one, and so is a mere look at what is live. */
export interface Watchable {
  readonly world: World;
  readonly state: {
    readonly id: string;
    readonly plan: Pick<Plan, 'gates' | 'release' | 'before' | 'steps'>;
    readonly rounds: readonly GateRound[];
  };
  readonly windows: MeasuringWindows;
  record(body: RecordBody): Promise<unknown>;
  readonly told?: Set<string>;
  /** Set where somebody may be in a hurry. */
  readonly attention?: { readonly leaving: AbortSignal };
}

export interface InstrumentsAsked {
  /** Which release the probes ask; `stable` before anything has started. */
  readonly track: Track;
  /** A check asks at once, over the window that has just closed; a watch lets a window of its own fill first. */
  readonly atOnce: boolean;
}

interface InstrumentsAsking {
  readonly about: Omit<MeasureRequest, 'settings' | 'window' | 'signal'>;
  readonly signal: AbortSignal;
}

/** What the gates of one step measure with, until the signal says that it is over. */
export class Instruments {
  readonly #session: Watchable;
  readonly #asked: InstrumentsAsked;
  readonly #stop: AbortSignal;
  readonly #since: number;
  readonly #backgrounds: (() => Promise<void>)[] = [];
  #observing: Promise<Observation> | null = null;
  #seenAt = 0;
  /** The error of whoever denies this process a look that decides. */
  denied: unknown = null;
  #seen: Observation | null = null;

  constructor(session: Watchable, asked: InstrumentsAsked, stop: AbortSignal) {
    this.#session = session;
    this.#asked = asked;
    this.#stop = stop;
    this.#since = session.world.clock.monotonic();
  }

  /** Sets something going that is measured while it goes on. */
  async open(source: BackgroundSource, spec: GateSpec): Promise<void> {
    const signal = this.#stop;
    const { world } = this.#session;
    const ways = this.#ways(spec, signal);
    const begin = async () =>
      source.begin({ settings: spec.settings, ...this.#about(ways), signal });
    const end = await bounded(world, begin, { what: spec.source, signal });
    this.#backgrounds.push(async () => {
      await end();
      await ways.close();
    });
  }

  /** What watches must not hold up what it watches. */
  async close(): Promise<void> {
    const bounds = { what: 'background', signal: this.#session.attention?.leaving };
    const close = (finish: () => Promise<void>) =>
      bounded(this.#session.world, finish, bounds).catch(() => {});
    await Promise.all(this.#backgrounds.map(close));
  }

  /** Ms until the gate can be asked about a window that it was not asked about before. */
  untilWindow(spec: GateSpec): number {
    const next = this.#next(spec);
    return 'wait' in next ? next.wait : 0;
  }

  #next(spec: GateSpec): NextWindow {
    return this.#session.windows.next(spec, this.#asked.atOnce ? -Infinity : this.#since);
  }

  async measure(spec: GateSpec, source: GateSource): Promise<Measurement> {
    const next = this.#next(spec);
    if ('wait' in next) return trouble('noData', 'the weights are changing');
    const measured = await this.#measure({ spec, source }, ({ about, signal }) => {
      return { settings: spec.settings, ...about, window: next.window, signal };
    });
    if (measured.kind === 'ok') this.#session.windows.count(spec, next.end);
    return measured;
  }

  /** What the stable release had in a window that closed so many windows ago. */
  measurePast(
    spec: GateSpec,
    source: GateSource,
    { windows, until }: { readonly windows: number; readonly until: AbortSignal },
  ): Promise<Measurement> {
    const window = earlier(spec, this.#session.world.clock.wall(), windows);
    const asking = ({ about, signal }: InstrumentsAsking) => {
      const { release, before } = this.#session.state.plan;
      const candidate = before.live ?? release;
      const subject = { ...about.subject, candidate, stable: null, track: 'stable' as const };
      // Its own settings, as another asker: what the next window begins with is not moved.
      const settings = { ...spec.settings };
      return { ...about, settings, subject, labels: () => this.#labels(subject), window, signal };
    };
    return this.#measure({ spec, source }, asking, until);
  }

  async #measure(
    { spec, source }: { readonly spec: GateSpec; readonly source: GateSource },
    asking: (of: InstrumentsAsking) => MeasureRequest,
    until: AbortSignal = this.#stop,
  ): Promise<Measurement> {
    const { world } = this.#session;
    const begun = world.clock.monotonic();
    try {
      return await linked([this.#stop, until], (signal) => {
        const ways = this.#ways(spec, signal);
        const within = spec.timeout;
        const request = asking({ about: this.#about(ways), signal });
        const ask = async () => source.measure({ ...request, within });
        const bounds = { what: spec.source, within, signal };
        return bounded(world, ask, bounds).finally(() => void ways.close());
      });
    } catch (error) {
      this.#missed(spec, error);
      const late = world.clock.monotonic() - begun >= spec.timeout;
      return trouble(late ? 'timeout' : 'sourceError', (error as Error).message);
    }
  }

  /** A gate makes a reading of its own of whatever goes wrong: that the platform denies the look is told past it. */
  #missed(spec: GateSpec, error: unknown): void {
    if (isDenied(error) && !spec.advisory) this.denied = error;
  }

  #ways(spec: GateSpec, signal: AbortSignal): GateAccess {
    const { candidate, track } = this.#subject();
    const asked = track === 'candidate' ? candidate.id : null;
    const failed = (error: unknown) => this.#missed(spec, error);
    return new GateAccess(this.#session.world, {
      asked,
      observe: () => this.#observe(),
      signal,
      failed,
    });
  }

  #about(ways: GateAccess) {
    const subject = this.#subject();
    const labels = () => this.#labels(subject);
    return { subject, observe: () => this.#observe(), labels, reach: ways.reach };
  }

  #subject(): Subject {
    const { id, plan } = this.#session.state;
    const { track } = this.#asked;
    const asked = track === 'candidate' ? plan.release : plan.before.live;
    const stable = track === 'candidate' ? plan.before.live : null;
    return { deployment: id, candidate: asked ?? plan.release, stable, track };
  }

  async #labels({ candidate, stable }: Subject): Promise<SubjectLabels> {
    const seen = await this.#observe().catch((error: unknown) => {
      if (this.#seen) return this.#seen;
      throw error;
    });
    const of = (id: string) => seen.releases.find((release) => release.id === id)?.labels ?? {};
    return {
      service: seen.labels,
      candidate: of(candidate.id),
      stable: stable && of(stable.id),
    };
  }

  /** Gates that ask within a poll of the platform share one reading of it. */
  #observe(): Promise<Observation> {
    const { world } = this.#session;
    const { clock } = world;
    const poll = this.#seen?.capabilities.timing.poll ?? 0;
    if (this.#seen && clock.monotonic() - this.#seenAt < poll) return Promise.resolve(this.#seen);
    this.#observing ??= look(this.#session, this.#stop)
      .then((seen) => {
        this.#seen = seen;
        this.#seenAt = clock.monotonic();
        return seen;
      })
      .catch((error: unknown) => {
        if (isDenied(error)) this.denied = error;
        throw error;
      })
      .finally(() => {
        this.#observing = null;
      });
    return this.#observing;
  }
}

/** A whole window, so many before the newest one that the source can have. */
function earlier({ interval, delay, align = 1 }: GateSpec, now: number, windows: number): Window {
  const newest = Math.floor((now - delay) / align) * align;
  const to = newest - windows * interval;
  return { from: to - interval, to, span: interval, age: now - to };
}

function trouble(kind: Measurement['kind'], detail: string): Measurement {
  return { kind, candidate: null, stable: null, unit: 'yesNo', detail };
}
