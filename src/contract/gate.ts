import type { Json, JsonObject } from './json.ts';
import type { Labels, Observation } from './observation.ts';
import type { Reach } from './provider.ts';
import type { Release, Track } from './release.ts';
import type { Configurable } from './schema.ts';
import type { ReadSecret } from './secret.ts';

/**
 * Which closed stretch of time a measurement is about. Those of a windowed source are whole: they lie
 * behind the last verified change of weight and the source's delay, keep to its alignment, and none
 * is asked for again once it was read. For any other it is only how far back it may look.
 */
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

export const MEASUREMENT_KINDS = [
  'ok',
  'noData',
  'partial',
  'stale',
  'notFinite',
  'wrongVersion',
  'sourceError',
  'timeout',
] as const;
export type MeasurementKind = (typeof MEASUREMENT_KINDS)[number];

/** How a value is written for people, and what its limits may be written as. */
export const UNITS = ['ratio', 'ms', 'count', 'perSecond', 'yesNo'] as const;
export type Unit = (typeof UNITS)[number];

/** One reading of a gate. Only `ok` is judged; everything else is never a pass. */
export interface Measurement {
  readonly kind: MeasurementKind;
  readonly candidate: Reading | null;
  readonly stable: Reading | null;
  readonly unit: Unit;
  /** One line for people: what was found, or why nothing was. */
  readonly detail: string;
  /** Of a source error that asking again does not end: refused credentials, a question that is wrong. */
  readonly permanent?: boolean;
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
  /** Ms after which nobody waits for the answer, for a source that has something to leave out. */
  readonly within?: number;
  readonly signal: AbortSignal;
}

/** Asks the world one question. Knows nothing of limits, plans or what a failure leads to. */
export interface GateSource<Settings = JsonObject> {
  measure(request: MeasureRequest<Settings>): Promise<Measurement>;
  /** It can be asked about windows that closed long ago, at any time and in any order. */
  readonly past?: true;
}

/** Opened while a gate with this source watches: the load generator runs for that long. */
export interface BackgroundSource<Settings = JsonObject> extends GateSource<Settings> {
  begin(request: Omit<MeasureRequest<Settings>, 'window'>): Promise<() => Promise<void>>;
}

/**
 * What a source measures with these settings: the limits of a gate, its defaults and its windows
 * follow from it. Nothing else of the product knows a source.
 */
export interface Metric {
  /** Completes "this is …": `an error rate`. By default the name of the source. */
  readonly words?: string;
  readonly unit: Unit;
  /** It is about a closed window of time, and sees nothing in less than one; others answer at once. */
  readonly windowed?: boolean;
  /** Ms after its end until the source has all of a window; 0 by default. */
  readonly delay?: number;
  /** Windows must begin and end at whole multiples of this many ms of the wall clock; 0, the default, for any. */
  readonly align?: number;
  /** What it says holds for the service, whatever the release: a plan tells what is bad already. */
  readonly standing?: boolean;
  /** Samples of the candidate needed before a pass, where a gate does not say; 1 by default. */
  readonly minSamples?: number;
  /** Names of labels that its questions hold, so that a plan for a platform that fills one for no release is refused. */
  readonly labels?: readonly string[];
  /** Longest time for one reading, where a gate does not say: the gate's interval, at most 10 s, by default. */
  readonly timeout?: number;
  /** The limit where a gate names none. A source whose limit is not its own business has none. */
  readonly max?: number;
  /** Whether the same is known of the stable release; by default where it is not a yes or no. */
  readonly comparable?: boolean;
}

/** What a source may use of the run that it is part of, and nothing besides. */
export interface SourceMeans {
  readonly clock: {
    wall(): number;
    monotonic(): number;
    after(ms: number, ring: () => void): () => void;
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
  };
  /** For programs that it starts. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of the config: relative paths and commands are meant from there. */
  readonly cwd: string;
  readonly readSecret: ReadSecret;
  /** For what is quoted of the outside, before it is cut: half a secret is not known again. */
  redact(text: string): string;
}

/** A kind of gate source, as it is registered under the name that a gate uses for it. */
export interface GateSourceKind<Settings = JsonObject> extends Configurable {
  readonly name: string;
  metric(settings: Settings): Metric;
  /**
   * Gates that need no settings besides these single values, by the name of the gate: `success-rate`.
   * Null takes away what `metrics` of the config says.
   */
  readonly named?: Readonly<Record<string, JsonObject>>;
  open(
    means: SourceMeans,
  ):
    | GateSource<Settings>
    | BackgroundSource<Settings>
    | Promise<GateSource<Settings> | BackgroundSource<Settings>>;
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
    /** And with the service's own last releases: `usual` is filled in when the plan is made. */
    readonly past?: true;
  } | null;
  /** From the journal: what the candidate is held against beside stable. */
  readonly usual?: Usual;
  /** Samples of the candidate needed before a pass. */
  readonly minSamples: number;
  /** What stays inconclusive to the end of the extension leads to: the step's policy, or a pass that was asked for in writing. */
  readonly onNoData: 'fail' | 'pass';
  /** Source errors in a row after which the gate is blind. */
  readonly errorLimit: number;
  /** Readings without a verdict in a row after which the gate is starved; never where nothing is said. */
  readonly inconclusiveLimit?: number;
  /** How many breaching readings, in a row or not, are borne in all; none where nothing is said. */
  readonly failureLimit?: number;
  /** How seldom a fine candidate may fail by chance, all looks together. The gates of a plan share 1 %. */
  readonly alpha?: number;
  /** `proven`: a pass besides needs evidence that the candidate does not do twice as badly. */
  readonly pass?: 'proven';
  /** How much of the errors that a promise to users leaves for a period one deployment may spend. */
  readonly budget?: ErrorBudget;
  /** In place of `compare`: as the judge of Kayenta does it, with its score over all gates that have this. */
  readonly kayenta?: KayentaSpec;
}

export const KAYENTA_DIRECTIONS = ['increase', 'decrease', 'either'] as const;
export const KAYENTA_MEASURES = ['meanRatio', 'cles'] as const;

/** A metric of a canary config of Kayenta, with its names and defaults. */
export interface KayentaSpec {
  readonly direction: (typeof KAYENTA_DIRECTIONS)[number];
  /** Anything but a pass is a score of 0. */
  readonly critical: boolean;
  /** No data counts against its group. */
  readonly mustHaveData: boolean;
  /** A point without a value is left out, or is 0. */
  readonly nan: 'remove' | 'replace';
  /** Beyond so many times the distance of the quartiles a point is left out; null keeps all. */
  readonly outliers: number | null;
  /** From which effect on a shift counts: ratios of the means, or shares of the pairs. */
  readonly effect: {
    readonly measure: (typeof KAYENTA_MEASURES)[number];
    readonly allowedIncrease: number;
    readonly allowedDecrease: number;
    readonly criticalIncrease: number;
    readonly criticalDecrease: number;
  };
  readonly groups: readonly string[];
  /** Percent of the score, by group; groups that are not named share what is left. */
  readonly weights: Readonly<Record<string, number>>;
  /** Score that the last judgement needs, and each one before it. */
  readonly pass: number;
  readonly marginal: number;
}

/** What the last releases had that went well, and how high the next one may get. */
export interface Usual {
  readonly value: number;
  readonly limit: number;
  readonly releases: number;
  /** Of which of their times it is. */
  readonly of: 'this hour of the week' | 'this hour of the day' | 'any time';
}

/** `share` of what `promise` (0.999 of the requests are good) leaves for `period` ms. */
export interface ErrorBudget {
  readonly share: number;
  readonly promise: number;
  readonly period: number;
  /** Length of a window, from which the requests of a period are reckoned. */
  readonly interval: number;
}

export interface GateSpec {
  /** Name of the source. */
  readonly source: string;
  readonly settings: JsonObject;
  readonly interval: number;
  readonly timeout: number;
  /** The source's own delay: a window is asked for this long after it closed. */
  readonly delay: number;
  /** Asked only about whole windows of `interval`; absent for what answers at once. */
  readonly windowed?: boolean;
  /** Windows begin and end at multiples of this many ms; any where nothing is said. */
  readonly align?: number;
  /** Names of labels that its questions hold; absent for none. */
  readonly labels?: readonly string[];
  /** Of the service, whatever the release. */
  readonly standing?: boolean;
  /** Ms after the track first got traffic before windows count. */
  readonly warmup: number;
  readonly judge: JudgeSpec;
  /** Shown and recorded, never decides. */
  readonly advisory: boolean;
}

export const VERDICTS = ['pass', 'fail', 'inconclusive', 'error'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What the judge made of a measurement. */
export interface Judgement {
  readonly verdict: Verdict;
  /** One line for people: `errors 9.8 % (41 of 418), limit 5 %`. */
  readonly reason: string;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: Unit;
  /**
   * Evidence that grows, as plain JSON: handed to the judge again when the same gate next begins to
   * watch the same release, in this step or a later one, by this holder or the one that resumes.
   * Of the readings that share a record only the newest of each gate keeps it; keep it small.
   */
  readonly state?: Json;
}
