import {
  type BackgroundSource,
  type GateSource,
  type GateSourceKind,
  MEASUREMENT_KINDS,
  type Measurement,
  type MeasureRequest,
  type Metric,
  UNITS,
} from '../../contract/index.ts';
import { metricUnusable, namedGatesUnusable } from '../errors.ts';
import {
  areNumbers,
  isObject,
  isOneOf,
  isText,
  type Redact,
  settingsOf,
  thrownWordsOf,
} from './common.ts';

export function guardedSourceKind(kind: GateSourceKind, redact: Redact): GateSourceKind {
  const { name } = kind;
  const named = namedIn(kind);
  return {
    name,
    ...settingsOf(kind),
    ...(named ? { named } : {}),
    metric: (settings) => {
      const metric: unknown = kind.metric(structuredClone(settings));
      if (isMetric(metric)) return structuredClone(metric);
      throw metricUnusable(name);
    },
    open: async (means) => guardedSource(await kind.open(means), redact),
  };
}

/** Gates that a config may name without settings: only what is plain values under plain names. */
function namedIn({ name, named }: GateSourceKind): GateSourceKind['named'] {
  if (named === undefined) return undefined;
  const isFlat = (settings: unknown) =>
    isObject(settings) && Object.values(settings).every((value) => !isObject(value));
  if (isObject(named) && Object.values(named).every(isFlat)) return structuredClone(named);
  throw namedGatesUnusable(name);
}

function guardedSource(source: GateSource | BackgroundSource, redact: Redact) {
  const clipped = (detail: string) => redact(detail).slice(0, LONGEST_DETAIL);
  const measure = async (request: MeasureRequest): Promise<Measurement> => {
    try {
      const found: unknown = await source.measure(copied(request));
      if (!isMeasurement(found)) return unreadableAnswer('it gave no measurement');
      const { kind, candidate, stable, unit, detail, permanent } = structuredClone(found);
      const lasting = permanent === true ? { permanent } : {};
      return { kind, candidate, stable, unit, detail: clipped(detail), ...lasting };
    } catch (error) {
      return unreadableAnswer(clipped(thrownWordsOf(error)));
    }
  };
  const past = source.past === true ? { past: true as const } : {};
  if (!('begin' in source)) return { measure, ...past };
  const begin: BackgroundSource['begin'] = async (request) => {
    const end: unknown = await source.begin(copied(request));
    return async () => {
      if (typeof end === 'function') await end();
    };
  };
  return { measure, begin, ...past };
}

/** The signal cannot be copied, and the reading is shared by all gates of a round. */
function copied<T extends Omit<MeasureRequest, 'window'>>(request: T): T {
  const { settings, subject, observe, labels, reach } = request;
  return {
    ...request,
    settings: structuredClone(settings),
    subject: structuredClone(subject),
    observe: async () => structuredClone(await observe()),
    labels: async () => structuredClone(await labels()),
    reach: async (to) => structuredClone(await reach(to)),
  };
}

const unreadableAnswer = (detail: string): Measurement => ({
  kind: 'sourceError',
  candidate: null,
  stable: null,
  unit: 'yesNo',
  detail,
});

/** Of what a source says; it is kept in the record for each reading. */
const LONGEST_DETAIL = 300;

function isMetric(value: unknown): value is Metric {
  if (!isObject(value)) return false;
  const { unit, delay = 0, align = 0, minSamples = 1, timeout = 1, max = 0 } = value as Metric;
  return isOneOf(UNITS, unit) && areNumbers(delay, align, minSamples, timeout, max);
}

function isMeasurement(value: unknown): value is Measurement {
  if (!isObject(value)) return false;
  const { kind, unit, detail, candidate, stable } = value as Partial<Measurement>;
  const isReading = (reading: Measurement['candidate'] | undefined) =>
    reading === null || areNumbers(reading?.value, reading?.samples);
  return (
    isOneOf(MEASUREMENT_KINDS, kind) &&
    isOneOf(UNITS, unit) &&
    isText(detail) &&
    isReading(candidate) &&
    isReading(stable)
  );
}
