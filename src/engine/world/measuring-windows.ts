import type { GateSpec, Window } from '../../contract/index.ts';
import type { Clock } from '../../lib/clock.ts';

/** A window to ask about, or ms until there is one that may be asked about. */
export type NextWindow = { readonly window: Window; readonly end: number } | { wait: number };

/** Sleeps may end a little early. */
const WINDOWS_DUST = 1;

/**
 * Which windows the gates of a deployment are asked about (decision 0012): closed ones that lie whole
 * behind the last change of weight, in the source's own periods, each counted once. By the monotonic
 * clock; the wall clock says only where periods begin.
 */
export class MeasuringWindows {
  readonly #clock: Clock;
  /** Since when the weights are as they are; infinite while they change. */
  #steady: number;
  /** When the new release first had traffic; null before, as far as this holder knows. */
  #first: number | null = null;
  readonly #counted = new Map<GateSpec, number>();

  constructor(clock: Clock, { resumed }: { readonly resumed: boolean }) {
    this.#clock = clock;
    // Nobody here has seen when a former holder moved the traffic.
    this.#steady = resumed ? clock.monotonic() : -Infinity;
  }

  /** Weights are about to change. */
  moving(): void {
    this.#steady = Infinity;
  }

  /** They are what they will be for a while; `carries`: the new release has some of the traffic. */
  steady({ carries }: { readonly carries: boolean }): void {
    this.#steady = this.#clock.monotonic();
    if (carries) this.#first ??= this.#steady;
  }

  /** `since`: what was before it is no business of who asks; minus infinity where it is. */
  next(spec: GateSpec, since: number): NextWindow {
    const from = Math.max(since, (this.#first ?? since) + spec.warmup);
    return spec.windowed ? this.#closed(spec, from) : this.#rolling(spec, from);
  }

  /** What was read of it is part of a verdict now. */
  count(spec: GateSpec, end: number): void {
    this.#counted.set(spec, end);
  }

  #closed(spec: GateSpec, from: number): NextWindow {
    const { interval, delay, align = 0 } = spec;
    const now = this.#clock.monotonic();
    const earliest = Math.max(from, this.#steady, this.#counted.get(spec) ?? -Infinity);
    if (earliest === Infinity) return { wait: interval };
    const last = now - delay;
    const period = align || interval;
    const end = align ? last - modulo(this.#clock.wall() - delay, align) : last;
    const periods = Math.floor((end - earliest + WINDOWS_DUST) / period);
    if (periods >= 1)
      return this.#window(end, Math.min(interval, align ? periods * period : interval));
    const missing = align
      ? Math.ceil((earliest + period - end - WINDOWS_DUST) / period) * period
      : earliest + period - end;
    return { wait: Math.max(WINDOWS_DUST, end + missing + delay - now) };
  }

  /** Of what answers at once a window is only how far back it may look. */
  #rolling({ interval, delay }: GateSpec, from: number): NextWindow {
    const end = this.#clock.monotonic() - delay;
    return this.#window(end, Math.max(1, Math.min(interval, end - from)));
  }

  #window(end: number, span: number): NextWindow {
    const age = this.#clock.monotonic() - end;
    const to = this.#clock.wall() - age;
    return { window: { from: to - span, to, span, age }, end };
  }
}

const modulo = (value: number, by: number) => ((value % by) + by) % by;
