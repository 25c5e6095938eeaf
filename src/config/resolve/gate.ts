import type { GateSpec, JsonObject } from '../../contract/index.ts';
import type { Limit } from '../../settings/scalars.ts';
import type { WrittenJudge } from '../schema/gate.ts';

type Report = (issue: { path: string[]; message: string }) => void;
type LimitKey = 'max' | 'min' | 'difference' | 'floor';

interface Metric {
  readonly words: string;
  readonly unit: 'ratio' | 'ms' | 'count' | 'yesNo' | 'any';
  readonly minSamples: number;
}

/** No trouble at all; and a load that is only there to make traffic fails nothing. */
const DEFAULT_MAX: Readonly<Record<string, number>> = { health: 0, load: 1 };
const LONGEST_TIMEOUT = 10_000;
const LONGEST_SMOKE = 60_000;

/** What a gate measures, as far as its limits and defaults depend on it. */
function metricOf(source: string, settings: JsonObject): Metric {
  const asked = source === 'edge' ? String(settings.metric) : source;
  switch (asked) {
    case 'http':
    case 'tcp':
    case 'command':
    case 'smoke':
      return { words: asked, unit: 'yesNo', minSamples: 1 };
    case 'errorRate':
    case 'load':
      return { words: asked === 'load' ? 'load' : 'an error rate', unit: 'ratio', minSamples: 20 };
    case 'latency':
      return { words: 'a latency', unit: 'ms', minSamples: 20 };
    case 'requests':
    case 'throughput':
      return {
        words: `a number of ${asked === 'requests' ? 'requests' : 'requests per second'}`,
        unit: 'count',
        minSamples: 1,
      };
    case 'health':
      return { words: 'a number of crashes and unready units', unit: 'count', minSamples: 1 };
    default:
      return { words: asked, unit: 'any', minSamples: 1 };
  }
}

/** A gate as written becomes the spec that the engine runs: complete, with every default in it. */
export function specify(gate: WrittenJudge, sources: readonly string[], report: Report): GateSpec {
  const written = gate as WrittenJudge & Readonly<Record<string, unknown>>;
  const source = sources.find((name) => written[name] !== undefined) as string;
  const { timeout: own, ...settings } = written[source] as JsonObject & { timeout?: number };
  const metric = metricOf(source, settings);
  return {
    source,
    settings: source === 'command' ? settings : (written[source] as JsonObject),
    interval: gate.interval,
    timeout:
      gate.timeout ??
      (source === 'command'
        ? (own ?? LONGEST_TIMEOUT)
        : timeoutOf(source, gate.interval, settings)),
    delay: gate.delay,
    warmup: gate.warmup,
    judge: judgeOf(gate, source, metric, report),
    advisory: gate.advisory,
  };
}

function timeoutOf(source: string, interval: number, settings: JsonObject): number {
  if (source !== 'smoke') return Math.min(LONGEST_TIMEOUT, interval);
  const requests = settings.requests as unknown as readonly { timeout: number }[];
  return Math.min(
    LONGEST_SMOKE,
    requests.reduce((sum, { timeout }) => sum + timeout, 0),
  );
}

function judgeOf(
  gate: WrittenJudge,
  source: string,
  metric: Metric,
  report: Report,
): GateSpec['judge'] {
  const value = (key: LimitKey) => limitIn(metric, key, gate[key], report);
  const max = value('max') ?? DEFAULT_MAX[source] ?? null;
  const min = value('min') ?? (metric.unit === 'yesNo' ? 1 : null);
  needsLimit(gate, source, metric, report);
  return {
    max,
    min,
    consecutive: gate.consecutive,
    for: gate.for,
    compare:
      gate.compare === undefined
        ? null
        : {
            ratio: Number((1 + (gate.tolerance ?? 50) / 100).toFixed(6)),
            difference: value('difference') ?? 0,
            floor: value('floor') ?? (metric.unit === 'ratio' ? 0.001 : 0),
          },
    minSamples: gate.minSamples ?? metric.minSamples,
    onNoData: gate.onNoData,
    errorLimit: gate.errorLimit,
  };
}

/** The limit in the metric's unit; a limit in another unit is a misunderstanding, not a conversion. */
function limitIn(
  metric: Metric,
  key: LimitKey,
  limit: Limit | undefined,
  report: Report,
): number | null {
  if (limit === undefined) return null;
  const expected = misfit(metric, limit);
  if (expected) report({ path: [key], message: expected });
  return limit.value;
}

function misfit({ unit, words }: Metric, { as, value }: Limit): string | null {
  if (unit === 'any') return null;
  if (unit === 'yesNo')
    return `=has no effect: ${words} answers yes or no (a time limit is expect.latency or timeout)`;
  if (unit === 'ratio') {
    if (as === 'duration') return `a share such as 5%: ${words} is no time`;
    return value > 1 || value < 0 ? 'a share from 0% to 100%, such as 5% or 0.05' : null;
  }
  if (unit === 'ms')
    return as === 'percent'
      ? 'a time such as 250ms: a latency is no share (a percent can stand in tolerance)'
      : null;
  return as === 'number' ? null : `a plain number: this is ${words}`;
}

function needsLimit(gate: WrittenJudge, source: string, metric: Metric, report: Report): void {
  const compared = ['tolerance', 'difference', 'floor'] as const;
  if (gate.compare === undefined) {
    for (const key of compared.filter((key) => gate[key] !== undefined)) {
      report({ path: [key], message: '=has no effect without "compare: stable"' });
    }
  } else if (metric.unit === 'yesNo' || source === 'health') {
    report({ path: ['compare'], message: `=${source} cannot be compared with stable` });
  }
  if (source === 'edge' && !gate.max && !gate.min && !gate.compare) {
    report({ path: [], message: '=decides nothing: give it max, min or "compare: stable"' });
  }
}
