import type { Json, JsonObject } from '../../../src/contract/index.ts';
import { boundsIn, type ConditionBounds } from './condition.ts';
import {
  foreignNumberIn,
  foreignTextIn,
  listIn,
  objectIn,
  type Taken,
  type TakenGate,
  takenTogether,
} from './taken.ts';

type ArgoMetric = Readonly<Record<string, Json>>;

const ARGO_KINDS: readonly string[] = [
  'AnalysisTemplate',
  'ClusterAnalysisTemplate',
  'AnalysisRun',
];

export const isArgoTemplate = (document: Json): boolean =>
  ARGO_KINDS.includes(foreignTextIn(objectIn(document).kind) ?? '') &&
  String(objectIn(document).apiVersion).startsWith('argoproj.io/');

/** The metrics of a template of Argo Rollouts as gates. */
export function takeArgoTemplate(document: Json): Taken {
  const spec = objectIn(objectIn(document).spec);
  const args = new Map(
    listIn(spec.args).map((arg) => [
      String(objectIn(arg).name),
      foreignTextIn(objectIn(arg).value),
    ]),
  );
  const dry = listIn(spec.dryRun).map((one) => foreignTextIn(objectIn(one).metricName) ?? '');
  const taken = takenTogether(
    listIn(spec.metrics).map((metric) => {
      const one = objectIn(metric);
      const name = foreignTextIn(one.name);
      return { name, ...argoGate(one, { args, isDry: isDryRun(dry, name ?? '') }) };
    }),
  );
  const more =
    spec.measurementRetention === undefined
      ? []
      : ['measurementRetention: the journal keeps every reading'];
  return { gates: taken.gates, left: [...taken.left, ...more] };
}

/** Patterns there are regular expressions of another machine: only the common ones are read. */
const isDryRun = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => pattern === name || pattern === '.*');

interface ArgoScene {
  readonly args: ReadonlyMap<string, string | undefined>;
  readonly isDry: boolean;
}

function argoGate(metric: ArgoMetric, { args, isDry }: ArgoScene): TakenGate {
  const left: string[] = [];
  const fill = (text: string) => filledArgs(text, args, left);
  const provider = objectIn(metric.provider);
  const [kind = 'none'] = Object.keys(provider);
  const asked = objectIn(provider[kind]);
  const bounds = argoBounds(metric, left);
  const source =
    kind === 'prometheus'
      ? fromPrometheus(asked, bounds, { fill, left })
      : kind === 'web'
        ? fromWeb(asked, bounds, { fill, left })
        : null;
  if (!source)
    return {
      gate: null,
      left: [`its provider ${kind} cannot be translated: write this gate by hand`, ...left],
    };
  const patience = argoPatience(metric, left);
  return { gate: { ...source, ...patience, ...(isDry ? { advisory: true } : {}) }, left };
}

function filledArgs(text: string, args: ArgoScene['args'], left: string[]): string {
  return text.replace(/\{\{\s*args\.([\w-]+)\s*\}\}/g, (_, name: string) => {
    const value = args.get(name);
    if (value !== undefined) return value;
    left.push(
      `the argument ${name} has no value in the template: write it, or a label such as {{version}}, for <${name}>`,
    );
    return `<${name}>`;
  });
}

/** Limits by the failure where there is one: what lies between both conditions is inconclusive there. */
function argoBounds(metric: ArgoMetric, left: string[]): ConditionBounds {
  const [success, failure] = [
    foreignTextIn(metric.successCondition),
    foreignTextIn(metric.failureCondition),
  ];
  const none = { min: null, max: null, equal: null };
  const said = success === undefined ? null : boundsIn(success, true);
  const feared = failure === undefined ? null : boundsIn(failure, false);
  if (success !== undefined && !said)
    left.push(`successCondition is more than a limit: ${success}`);
  if (failure !== undefined && !feared)
    left.push(`failureCondition is more than a limit: ${failure}`);
  if (success === undefined && failure === undefined)
    left.push('it has no condition, and so always succeeds there');
  if (said && feared)
    left.push(
      'between failureCondition and successCondition it is inconclusive there; here only the failure is a limit',
    );
  if (/\bdefault\(|isNaN|isNil|len\(/.test(`${success} ${failure}`))
    left.push(
      'what is said of missing data is left out: no data is inconclusive here, never a pass (onNoData)',
    );
  return feared ?? said ?? none;
}

interface Filling {
  fill(text: string): string;
  readonly left: string[];
}

function fromPrometheus(
  asked: ArgoMetric,
  { min, max }: ConditionBounds,
  { fill, left }: Filling,
): JsonObject | null {
  const query = foreignTextIn(asked.query);
  if (query === undefined) return null;
  if (min === null && max === null) left.push('no limit came along: give it max or min');
  const limits = [min, max].filter((limit) => limit !== null);
  const isShare = /\//.test(query) && limits.every((limit) => limit >= 0 && limit <= 1);
  for (const key of ['authentication', 'headers', 'insecure', 'rangeQuery', 'timeout'])
    if (asked[key] !== undefined)
      left.push(`prometheus.${key}: write it as this tool has it (auth, headers, timeout)`);
  return {
    prometheus: {
      address: fill(foreignTextIn(asked.address) ?? missingAddress(left)),
      query: fill(query).trim(),
      unit: isShare ? 'ratio' : 'count',
    },
    ...(max === null ? {} : { max }),
    ...(min === null ? {} : { min }),
  };
}

export function missingAddress(left: string[]): string {
  left.push('the address of the server is not in it: write yours');
  return 'http://prometheus.example:9090';
}

function fromWeb(
  asked: ArgoMetric,
  bounds: ConditionBounds,
  { fill, left }: Filling,
): JsonObject | null {
  const url = foreignTextIn(asked.url);
  if (url === undefined) return null;
  const path = jmesPathOf(foreignTextIn(asked.jsonPath), left);
  const { min, max, equal } = bounds;
  const wanted = equal ?? { ...(min === null ? {} : { min }), ...(max === null ? {} : { max }) };
  const headers = Object.fromEntries(
    listIn(asked.headers).map((header) => [
      String(objectIn(header).key),
      fill(String(objectIn(header).value)),
    ]),
  );
  for (const key of ['insecure', 'authentication', 'jsonBody'])
    if (asked[key] !== undefined) left.push(`web.${key} is not carried over`);
  if (Object.keys(headers).some((name) => /auth|token|key/i.test(name)))
    left.push('a header looks like a secret: write a reference to it, such as {fromEnv: NAME}');
  const seconds = foreignNumberIn(asked.timeoutSeconds);
  return {
    http: {
      url: fill(url),
      ...(foreignTextIn(asked.method) ? { method: foreignTextIn(asked.method) as string } : {}),
      ...(Object.keys(headers).length > 0 ? { headers } : {}),
      ...(foreignTextIn(asked.body) ? { body: fill(foreignTextIn(asked.body) as string) } : {}),
      expect: {
        status: '2xx',
        ...(path === null || (equal === null && min === null && max === null)
          ? {}
          : { json: { [path]: wanted } }),
      },
    },
    ...(seconds === undefined ? {} : { timeout: `${seconds}s` }),
  };
}

/** `{$.data.ok}` is `data.ok` in JMESPath; what has filters is another language. */
function jmesPathOf(path: string | undefined, left: string[]): string | null {
  if (path === undefined) return '@';
  const inner = /^\{?\$?\.?(.*?)\}?$/s.exec(path.trim())?.[1] ?? '';
  if (/^[\w-]*(\.[\w-]+|\[\d+\])*$/.test(inner)) return inner === '' ? '@' : inner;
  left.push(`jsonPath is more than names and numbers: ${path}`);
  return null;
}

function argoPatience(metric: ArgoMetric, left: string[]): JsonObject {
  const [interval, initialDelay] = [
    foreignTextIn(metric.interval),
    foreignTextIn(metric.initialDelay),
  ];
  const [failures, errors] = [
    foreignNumberIn(metric.failureLimit),
    foreignNumberIn(metric.consecutiveErrorLimit),
  ];
  if (interval === undefined)
    left.push('it is measured once there: name it in `check`, or it watches on');
  for (const key of ['count', 'inconclusiveLimit', 'consecutiveSuccessLimit'])
    if (metric[key] !== undefined)
      left.push(`${key}: here a hold lasts as long as its stage says (duration)`);
  return {
    ...(interval === undefined ? {} : { interval }),
    ...(initialDelay === undefined ? {} : { warmup: initialDelay }),
    ...(failures !== undefined && failures > 0 ? { failureLimit: failures } : {}),
    ...(errors === undefined ? {} : { errorLimit: errors + 1 }),
  };
}
