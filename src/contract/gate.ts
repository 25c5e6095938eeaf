import type { JsonObject } from './json.ts';
import type { Labels, Observation } from './observation.ts';
import type { Reach } from './provider.ts';
import type { Release, Track } from './release.ts';

/** Which closed stretch of time a measurement is about. */
export interface Window {
  /** Wall clock ms. */
  readonly from: number;
  readonly to: number;
  /** Length, and how long ago it closed: for sources that share our clock and must not trust the wall. */
  readonly span: number;
  readonly age: number;
}

/** One track's numbers. Counts where the source has counts: a ratio of nothing is not zero. */
export interface Reading {
  /** What is compared with the limit: a ratio 0–1, milliseconds, a count, or 1/0 for yes/no. */
  readonly value: number;
  /** How many things were looked at. */
  readonly samples: number;
  readonly bad?: number;
  readonly total?: number;
}

export type MeasurementKind =
  | 'ok'
  | 'noData'
  | 'partial'
  | 'stale'
  | 'notFinite'
  | 'wrongVersion'
  | 'sourceError'
  | 'timeout';

/** One reading of a gate. Only `ok` is judged; everything else is never a pass. */
export interface Measurement {
  readonly kind: MeasurementKind;
  readonly candidate: Reading | null;
  readonly stable: Reading | null;
  /** How a value is written for people. */
  readonly unit: 'ratio' | 'ms' | 'count' | 'perSecond' | 'yesNo';
  /** One line for people: what was found, or why nothing was. */
  readonly detail: string;
}

/** Whom a gate asks about. */
export interface Subject {
  readonly deployment: string;
  readonly candidate: Release;
  readonly stable: Release | null;
  /** Which of the two a probe asks; `stable` before the candidate is there. */
  readonly track: Track;
}

/** What the service and its releases are called in metrics. */
export interface SubjectLabels {
  readonly service: Labels;
  readonly candidate: Labels;
  readonly stable: Labels | null;
}

export interface MeasureRequest<Settings = JsonObject> {
  readonly settings: Settings;
  readonly subject: Subject;
  readonly window: Window;
  /** A fresh reading of the provider, shared by the gates of one round. */
  observe(): Promise<Observation>;
  /** From the last reading that there is: they outlive a platform that does not answer. */
  labels(): Promise<SubjectLabels>;
  /**
   * A way to what is asked (the candidate alone; before it is there, the service), or to the service
   * as users reach it. Open until the measurement is over; null where there is none.
   */
  reach(to?: 'asked' | 'service'): Promise<Pick<Reach, 'url' | 'headers'> | null>;
  readonly signal: AbortSignal;
}

/** Asks the world one question. Knows nothing of limits, plans or what a failure leads to. */
export interface GateSource<Settings = JsonObject> {
  measure(request: MeasureRequest<Settings>): Promise<Measurement>;
}

/** Opened while a gate with this source watches: the load generator runs for that long. */
export interface BackgroundSource<Settings = JsonObject> extends GateSource<Settings> {
  begin(request: Omit<MeasureRequest<Settings>, 'window'>): Promise<() => Promise<void>>;
}

export interface JudgeSpec {
  /** Hard limits on the candidate's value. */
  readonly max: number | null;
  readonly min: number | null;
  /** How many breaching readings in a row make a failure. */
  readonly consecutive: number;
  /** Or: for how many ms it must breach without a break; 0 for not at all. */
  readonly for: number;
  /** Compare with the stable track: fails above stable × ratio and above stable + difference, never below floor. */
  readonly compare: {
    readonly ratio: number;
    readonly difference: number;
    readonly floor: number;
  } | null;
  /** Samples of the candidate needed before a pass. */
  readonly minSamples: number;
  /** What stays inconclusive to the end of the extension leads to: the step's policy, or a pass that was asked for in writing. */
  readonly onNoData: 'fail' | 'pass';
  /** Source errors in a row after which the gate is blind. */
  readonly errorLimit: number;
}

export interface GateSpec {
  /** Names the source: `http`, `edge`, `smoke`. */
  readonly source: string;
  readonly settings: JsonObject;
  readonly interval: number;
  readonly timeout: number;
  /** The source's own delay: a window is asked for this long after it closed. */
  readonly delay: number;
  /** Ms after the track first got traffic before windows count. */
  readonly warmup: number;
  readonly judge: JudgeSpec;
  /** Shown and recorded, never decides. */
  readonly advisory: boolean;
}

export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'error';

/** What the judge made of a measurement. `state` is plain JSON, so a resumed run goes on with it. */
export interface Judgement {
  readonly verdict: Verdict;
  /** One line for people: `errors 9.8 % (41 of 418), limit 5 %`. */
  readonly reason: string;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: Measurement['unit'];
}
