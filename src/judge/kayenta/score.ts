import type { KayentaSpec } from '../../contract/index.ts';
import type { Classification } from './classify.ts';

/** A metric, and what became of it. */
export interface Scored {
  readonly spec: KayentaSpec;
  readonly found: Pick<Classification, 'is' | 'critical'>;
}

export interface Score {
  /** 0 to 100, with two decimals. */
  readonly value: number;
  /** Why it is 0 whatever the groups say. */
  readonly because: 'critical' | 'nodata' | null;
}

/** From this share of metrics without data on there is nothing to score. */
const SILENT_SHARE = 0.5;

/** As Kayenta adds up the metrics that are not muted: by groups, and groups by their weights. */
export function scoreOf(metrics: readonly Scored[]): Score {
  if (metrics.some(({ found }) => found.critical && found.is !== 'pass'))
    return { value: 0, because: 'critical' };
  const silent = metrics.filter(({ found }) => found.is === 'nodata').length;
  if (silent / metrics.length >= SILENT_SHARE) return { value: 0, because: 'nodata' };
  const groups = [...new Set(metrics.flatMap(({ spec }) => spec.groups))];
  const weights = weightsOf(metrics);
  const given = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const rest = groups.filter((group) => weights[group] === undefined);
  const value = groups.reduce((sum, group) => {
    const weight = weights[group] ?? (100 - given) / rest.length;
    return sum + groupScore(metrics, group) * (weight / 100);
  }, 0);
  return { value: Math.round(value * 100) / 100, because: null };
}

/** Each metric names the weights of all groups, or of its own. */
function weightsOf(metrics: readonly Scored[]): Readonly<Record<string, number>> {
  return Object.assign({}, ...metrics.map(({ spec }) => spec.weights));
}

/** A group that has no data at all is not held against the release. */
function groupScore(metrics: readonly Scored[], group: string): number {
  const classes = metrics
    .filter(({ spec }) => spec.groups.includes(group))
    .map(({ found }) => found.is);
  const counted = classes.filter((is) => is !== 'nodata' && is !== 'error');
  const passed = counted.filter((is) => is === 'pass').length;
  return counted.length === 0 ? 100 : (100 * passed) / counted.length;
}
