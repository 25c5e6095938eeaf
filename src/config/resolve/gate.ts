import type { GateSpec, JsonObject, Metric } from '../../contract/index.ts';
import type { Limit } from '../../settings/scalars.ts';
import type { Vocabulary } from '../extensions.ts';
import type { WrittenJudge } from '../schema/gate.ts';

type Report = (issue: { path: string[]; message: string }) => void;
type LimitKey = 'max' | 'min' | 'difference' | 'floor';

type Sources = Vocabulary['sources'];

interface GateFacts extends Metric {
  readonly words: string;
  readonly minSamples: number;
  readonly comparable: boolean;
}

const LONGEST_TIMEOUT = 10_000;

/** A gate as written becomes the spec that the engine runs: complete, with every default in it. */
export function specify(gate: WrittenJudge, sources: Sources, report: Report): GateSpec {
  const written = gate as WrittenJudge & Readonly<Record<string, unknown>>;
  const source = Object.keys(sources).find((name) => written[name] !== undefined) as string;
  const settings = written[source] as JsonObject;
  const metric = factsOf(source, (sources[source] as Sources[string]).kind.metric(settings));
  const { align = 0 } = metric;
  const interval = align > 0 ? Math.ceil(gate.interval / align) * align : gate.interval;
  return {
    source,
    settings,
    interval,
    timeout: gate.timeout ?? metric.timeout ?? Math.min(LONGEST_TIMEOUT, interval),
    delay: gate.delay ?? metric.delay ?? 0,
    ...(metric.windowed ? { windowed: true } : {}),
    ...(align > 0 ? { align } : {}),
    ...(metric.labels?.length ? { labels: metric.labels } : {}),
    ...(metric.standing ? { standing: true } : {}),
    warmup: gate.warmup,
    judge: judgeOf(gate, { ...metric, source, interval }, report),
    advisory: gate.advisory ?? isSupporting(gate, metric),
  };
}

/** Values of one series hang together: a comparison of them alone is no ground to go back. */
function isSupporting(gate: WrittenJudge, { unit, max }: GateFacts): boolean {
  const isLimited = gate.max !== undefined || gate.min !== undefined || max !== undefined;
  return gate.compare !== undefined && unit !== 'ratio' && !isLimited;
}

function factsOf(source: string, metric: Metric): GateFacts {
  const { words = source, minSamples = 1, comparable = metric.unit !== 'yesNo' } = metric;
  return { ...metric, words, minSamples, comparable };
}

function judgeOf(
  gate: WrittenJudge,
  metric: GateFacts & { readonly source: string; readonly interval: number },
  report: Report,
): GateSpec['judge'] {
  const value = (key: LimitKey) => limitIn(metric, { key, limit: gate[key] }, report);
  const max = value('max') ?? metric.max ?? null;
  const min = value('min') ?? (metric.unit === 'yesNo' ? 1 : null);
  needsLimit(gate, metric, report);
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
            ...(gate.compare === 'usual' ? { past: true as const } : {}),
          },
    minSamples: gate.minSamples ?? metric.minSamples,
    onNoData: gate.onNoData,
    errorLimit: gate.errorLimit,
    ...rarelyWritten(gate, metric.interval),
  };
}

function rarelyWritten(gate: WrittenJudge, interval: number): Partial<GateSpec['judge']> {
  const { inconclusiveLimit, failureLimit, pass, budget, judge: kayenta } = gate;
  return {
    ...(kayenta === undefined ? {} : { kayenta }),
    ...(inconclusiveLimit === undefined ? {} : { inconclusiveLimit }),
    ...(failureLimit === undefined ? {} : { failureLimit }),
    ...(pass === undefined ? {} : { pass }),
    ...(budget === undefined
      ? {}
      : {
          budget: {
            share: Number((budget.share / 100).toFixed(8)),
            promise: Number((budget.promise / 100).toFixed(8)),
            period: budget.period,
            interval,
          },
        }),
  };
}

/** The limit in the metric's unit; a limit in another unit is a misunderstanding, not a conversion. */
function limitIn(
  metric: GateFacts,
  { key, limit }: { readonly key: LimitKey; readonly limit: Limit | undefined },
  report: Report,
): number | null {
  if (limit === undefined) return null;
  const expected = misfit(metric, limit);
  if (expected) report({ path: [key], message: expected });
  return limit.value;
}

function misfit({ unit, words }: GateFacts, { as, value }: Limit): string | null {
  if (unit === 'yesNo')
    return `=has no effect: ${words} answers yes or no (a time limit is expect.latency or timeout)`;
  if (unit === 'ratio') {
    if (as === 'duration') return `a share such as 5%: ${words} is not a duration`;
    return value > 1 || value < 0 ? 'a share from 0% to 100%, such as 5% or 0.05' : null;
  }
  if (unit === 'ms')
    return as === 'percent'
      ? 'a time such as 250ms: a latency is not a share (a percent can stand in tolerance)'
      : null;
  return as === 'number' ? null : `a plain number: this is ${words}`;
}

function needsLimit(
  gate: WrittenJudge,
  metric: GateFacts & { readonly source: string },
  report: Report,
): void {
  const compared = ['tolerance', 'difference', 'floor'] as const;
  if (gate.judge && gate.compare) {
    report({ path: ['compare'], message: '=has no effect beside "judge": that one compares' });
  }
  if (gate.judge && !metric.comparable) {
    report({ path: ['judge'], message: `=${metric.source} cannot be compared with stable` });
  }
  if (gate.compare === undefined) {
    for (const key of compared.filter((key) => gate[key] !== undefined)) {
      report({ path: [key], message: '=has no effect without "compare: stable"' });
    }
  } else if (!metric.comparable) {
    report({ path: ['compare'], message: `=${metric.source} cannot be compared with stable` });
  } else if (gate.compare === 'usual' && metric.unit === 'perSecond') {
    const why = 'it follows the share of the traffic';
    report({ path: ['compare'], message: `=${metric.words} has no usual value: ${why}` });
  }
  const isLimited = metric.unit === 'yesNo' || metric.max !== undefined;
  if (!isLimited && !gate.max && !gate.min && !gate.compare && !gate.judge && !gate.budget) {
    report({ path: [], message: '=decides nothing: give it max, min or "compare: stable"' });
  }
}
