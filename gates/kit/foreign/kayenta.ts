import type { Json, JsonObject } from '../../../src/contract/index.ts';
import { missingAddress } from './argo.ts';
import {
  foreignNumberIn,
  foreignTextIn,
  listIn,
  objectIn,
  type Taken,
  type TakenGate,
  type TakenHow,
  takenTogether,
} from './taken.ts';

type KayentaPart = Readonly<Record<string, Json>>;

export const isCanaryConfig = (document: Json): boolean => {
  const config = canaryConfigIn(document);
  return (
    Array.isArray(config.metrics) && (config.classifier !== undefined || config.judge !== undefined)
  );
};

/** As it is stored, or as it stands in a request. */
const canaryConfigIn = (document: Json): KayentaPart => {
  const whole = objectIn(document);
  return whole.canaryConfig === undefined ? whole : objectIn(whole.canaryConfig);
};

/** The metrics of a canary config of Kayenta as gates that compare with stable. */
export function takeCanaryConfig(document: Json, { judge: kept }: TakenHow): Taken {
  const config = canaryConfigIn(document);
  const keeps = kept === 'kayenta';
  const templates = objectIn(config.templates);
  const taken = takenTogether(
    listIn(config.metrics).map((metric) => {
      const one = objectIn(metric);
      const taken = keeps ? keptGate(one, config) : comparingGate(one, templates);
      return { name: foreignTextIn(one.name), ...taken };
    }),
  );
  const { classifier, judge } = config;
  if (keeps) return taken;
  const score = [
    ...(classifier === undefined
      ? []
      : ['classifier: deployctl computes no score; each gate decides, or is advisory']),
    ...(foreignTextIn(objectIn(judge).name)
      ? [
          `judge ${foreignTextIn(objectIn(judge).name)}: values are compared by rank over six windows or more, all gates at one chance in a hundred; --judge kayenta keeps it`,
        ]
      : []),
  ];
  return { gates: taken.gates, left: [...taken.left, ...score] };
}

/** Null for what only other sources have. */
function promQuestion(metric: KayentaPart, templates: KayentaPart, left: string[]) {
  const query = objectIn(metric.query);
  const kind = foreignTextIn(query.type) ?? foreignTextIn(query.serviceType) ?? 'none';
  if (kind === 'prometheus')
    return {
      address: missingAddress(left),
      query: promQueryOf(query, templates, left),
      unit: 'count',
    };
  left.push(`its source ${kind} cannot be translated: write this gate by hand`);
  return null;
}

/** By the judge of Kayenta, with all that it reads of a metric. */
function keptGate(metric: KayentaPart, config: KayentaPart): TakenGate {
  const left: string[] = [];
  const prometheus = promQuestion(metric, objectIn(config.templates), left);
  if (!prometheus) return { gate: null, left };
  const canary = objectIn(objectIn(metric.analysisConfigurations).canary);
  const { groupWeights, scoreThresholds } = objectIn(config.classifier);
  const outliers = objectIn(canary.outliers);
  const groups = listIn(metric.groups).filter((group) => typeof group === 'string');
  const said = {
    direction: foreignTextIn(canary.direction),
    nan: canary.nanStrategy === 'replace' ? 'replace' : undefined,
    critical: canary.critical === true || undefined,
    mustHaveData: canary.mustHaveData === true || undefined,
    outliers:
      outliers.strategy === 'remove' ? (foreignNumberIn(outliers.outlierFactor) ?? 3) : undefined,
    effect: canary.effectSize,
    groups: groups.length > 0 ? groups : undefined,
    weights: groupWeights,
    ...objectIn(scoreThresholds),
  };
  const kayenta = Object.fromEntries(
    Object.entries(said).filter(([, value]) => value !== undefined && value !== null),
  ) as JsonObject;
  const gate = { prometheus, judge: { kayenta }, interval: '60s' };
  if (canary.mustHaveData !== true)
    left.push('no data does not pass here, unless onNoData says so');
  return { gate: canary.muted === true ? { ...gate, advisory: true } : gate, left };
}

function comparingGate(metric: KayentaPart, templates: KayentaPart): TakenGate {
  const left: string[] = [];
  const prometheus = promQuestion(metric, templates, left);
  if (!prometheus) return { gate: null, left };
  const canary = objectIn(objectIn(metric.analysisConfigurations).canary);
  const direction = foreignTextIn(canary.direction) ?? 'either';
  if (direction === 'decrease')
    return {
      gate: null,
      left: [
        'direction decrease: a comparison here only tells what is higher than stable; count what fails instead, or give a fixed `min`',
      ],
    };
  if (direction === 'either') left.push('direction either: only an increase fails here');
  const effect = objectIn(canary.effectSize);
  const allowed = foreignNumberIn(effect.allowedIncrease) ?? 1;
  remark(canary, effect, left);
  const gate: JsonObject = {
    prometheus,
    compare: 'stable',
    tolerance: `${Number(Math.max(0, (allowed - 1) * 100).toFixed(4))}%`,
    interval: '60s',
    advisory: canary.critical !== true,
  };
  if (canary.critical !== true)
    left.push('it is not critical: it counted in a score there, and is advisory here');
  return { gate, left };
}

function remark(canary: KayentaPart, effect: KayentaPart, left: string[]): void {
  if (canary.nanStrategy === 'replace')
    left.push(
      'nanStrategy replace: no data is not zero here; ask for counts (total and bad), where none is none',
    );
  if (canary.mustHaveData === false)
    left.push('mustHaveData false: no data does not pass here, unless onNoData says so');
  for (const key of ['criticalIncrease', 'criticalDecrease', 'allowedDecrease', 'measure'])
    if (effect[key] !== undefined) left.push(`effectSize.${key} is not carried over`);
  if (canary.outliers !== undefined) left.push('outliers: ranks do not mind them');
}

/** Variables of a scope there are labels of a release here. */
const SCOPE: Readonly<Record<string, string>> = {
  scope: '{{workload}}',
  location: '{{namespace}}',
  namespace: '{{namespace}}',
  region: '{{namespace}}',
  project: '{{project}}',
};

function promQueryOf(query: KayentaPart, templates: KayentaPart, left: string[]): string {
  const named = foreignTextIn(query.customFilterTemplate);
  const template =
    foreignTextIn(query.customInlineTemplate) ??
    (named ? foreignTextIn(templates[named]) : undefined);
  const filled = template === undefined ? '' : withLabels(template, left);
  const whole = /^PromQL:\s*(.*)$/s.exec(filled)?.[1];
  if (whole !== undefined) return whole.trim();
  if (query.groupByFields !== undefined) left.push('groupByFields: all series are one number here');
  const binding = listIn(query.labelBindings).map((one) => withLabels(String(one), left));
  const filter = foreignTextIn(query.customFilter);
  const matchers = [filled, ...binding, filter ? withLabels(filter, left) : '']
    .map((part) => part.trim().replaceAll("'", '"'))
    .filter((part) => part !== '');
  if (matchers.length === 0)
    left.push('nothing in it tells the releases apart: add a label such as version="{{version}}"');
  return `avg(${foreignTextIn(query.metricName) ?? 'metric'}{${matchers.join(',')}})`;
}

function withLabels(template: string, left: string[]): string {
  return template.replace(/\$\{([\w.-]+)\}/g, (_, name: string) => {
    const label = SCOPE[name];
    if (label !== undefined) return label;
    left.push(`the variable ${name} is filled in by the pipeline there: write it for <${name}>`);
    return `<${name}>`;
  });
}
