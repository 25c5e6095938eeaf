export const TOOLS = ['k6', 'vegeta', 'oha', 'ab'] as const;
export type Tool = (typeof TOOLS)[number];
type Quantile = 'p50' | 'p90' | 'p95' | 'p99';

/** What all of them say, each in its own words. */
export interface Summary {
  readonly total: number;
  readonly bad: number;
  /** Ms; those that the tool does not tell are not there. */
  readonly took: Readonly<Partial<Record<Quantile, number>>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** Throws, in words that say what is missing, where it is no summary of that tool. */
export function readSummary(tool: Tool, text: string): Summary {
  const summary = READERS[tool](text);
  const { total, bad } = summary;
  if (!Number.isInteger(total) || !Number.isInteger(bad) || bad < 0 || bad > total)
    throw new Error(`${bad} of ${total} failed requests are not counts`);
  return summary;
}

const READERS: Readonly<Record<Tool, (text: string) => Summary>> = {
  k6: (text) => {
    const metrics = inside(jsonIn(text), 'metrics');
    const reqs = valuesIn(metrics, 'http_reqs');
    // Its rate is of failures, so that what "passes" is a request that has failed.
    const failed = valuesIn(metrics, 'http_req_failed');
    const took = valuesIn(metrics, 'http_req_duration');
    return {
      total: numberAt(reqs, 'count'),
      bad: numberAt(failed, 'passes'),
      took: quantiles(took, { p50: 'med', p90: 'p(90)', p95: 'p(95)', p99: 'p(99)' }, 1),
    };
  },
  vegeta: (text) => {
    const report = jsonIn(text);
    const took = inside(report, 'latencies');
    return {
      total: numberAt(report, 'requests'),
      bad: failuresIn(inside(report, 'status_codes')),
      took: quantiles(took, { p50: '50th', p90: '90th', p95: '95th', p99: '99th' }, 1e-6),
    };
  },
  oha: (text) => {
    const report = jsonIn(text);
    const answered = inside(report, 'statusCodeDistribution');
    const { [OHA_CUT_OFF]: _late, ...unanswered } = inside(report, 'errorDistribution');
    const errors = sumOf(unanswered);
    return {
      total: sumOf(answered) + errors,
      bad: failuresIn(answered) + errors,
      took: quantiles(
        inside(report, 'latencyPercentiles'),
        { p50: 'p50', p90: 'p90', p95: 'p95', p99: 'p99' },
        1000,
      ),
    };
  },
  ab: (text) => {
    const total = lineOf(text, 'Complete requests:');
    if (total === undefined) throw new Error('there is no line "Complete requests:"');
    const row = (share: number) =>
      Number(new RegExp(`^ *${share}% +(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);
    const rows = { p50: row(50), p90: row(90), p95: row(95), p99: row(99) };
    return {
      total,
      bad: Math.min(total, (lineOf(text, 'Non-2xx responses:') ?? 0) + abFailures(text)),
      took: quantiles(rows, { p50: 'p50', p90: 'p90', p95: 'p95', p99: 'p99' }, 1),
    };
  },
};

/** Under way when its time was over: the tool itself counts them neither way. */
const OHA_CUT_OFF = 'aborted due to deadline';

/** Answers of another length than the first count for ab as failed; for nobody else. */
function abFailures(text: string): number {
  const failed = lineOf(text, 'Failed requests:') ?? 0;
  const lengths = /\bLength: (\d+)/.exec(text)?.[1] ?? 0;
  return failed - Number(lengths);
}

function lineOf(text: string, name: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(name));
  return line === undefined ? undefined : Number.parseInt(line.slice(name.length), 10);
}

/** The object in what was printed, on one line or on many, whatever else was printed beside it. */
function jsonIn(text: string): Fields {
  const found = /^\{\s*$[\s\S]*?^\}/m.exec(text)?.[0] ?? /^\{.*\}\s*$/m.exec(text)?.[0] ?? '';
  try {
    return JSON.parse(found) as Fields;
  } catch {
    throw new Error('it is no JSON');
  }
}

function inside(fields: Fields, name: string): Fields {
  const value = fields[name];
  if (typeof value === 'object' && value !== null) return value as Fields;
  throw new Error(`${name} is missing`);
}

/** k6 lays them bare in an exported summary, and one level down in what a script is handed. */
function valuesIn(metrics: Fields, name: string): Fields {
  const metric = inside(metrics, name);
  return 'values' in metric ? inside(metric, 'values') : metric;
}

function numberAt(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number') return value;
  throw new Error(`${name} is missing`);
}

/** No answer (0, as vegeta says it) and those by which a server says that it is to blame. */
function failuresIn(statuses: Fields): number {
  return sumOf(
    Object.fromEntries(
      Object.entries(statuses).filter(([code]) => Number(code) === 0 || Number(code) >= 500),
    ),
  );
}

const sumOf = (counts: Fields) =>
  Object.keys(counts).reduce((sum, name) => sum + numberAt(counts, name), 0);

function quantiles(
  fields: Fields,
  names: Readonly<Record<Quantile, string>>,
  ms: number,
): Summary['took'] {
  const told = Object.entries(names).flatMap(([quantile, name]) => {
    const value = fields[name];
    return typeof value === 'number' && Number.isFinite(value) ? [[quantile, value * ms]] : [];
  });
  return Object.fromEntries(told) as Summary['took'];
}
