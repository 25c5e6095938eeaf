import { type Found, partly } from '../kit/numbers/found.ts';
import { askProm, type PromDoor } from '../kit/numbers/prom.ts';
import type { Inquiry } from '../kit/numbers/source.ts';

/** Names of labels by which failures are told from other requests of the same metric. */
export interface FailureLabels {
  readonly metric: string;
  readonly labels: readonly string[];
}

const SELECTOR = /^\s*([a-zA-Z_:][\w:]*)\s*(?:\{([\s\S]*)\})?\s*$/;
const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;

/** Null where there are none: another metric counts failures, and has no series before the first. */
export function failureLabelsOf(total: string, bad: string): FailureLabels | null {
  const [all, failed] = [SELECTOR.exec(total), SELECTOR.exec(bad)];
  const metric = failed?.[1];
  if (!all || metric === undefined || all[1] !== metric) return null;
  const known = labelsIn(all[2]);
  const labels = labelsIn(failed?.[2]).filter((name) => !known.includes(name));
  return labels.length === 0 ? null : { metric, labels };
}

/** Of matchers that want a value. */
function labelsIn(matchers = ''): readonly string[] {
  const found = matchers.replace(QUOTED, '').matchAll(/([a-zA-Z_]\w*)\s*=~?(?!=)/g);
  return [...new Set([...found].map(([, name = '']) => name))];
}

/**
 * Without any failure there are no series of failures. But where no series of the metric has the label
 * that failures are told by, nothing will ever be counted: a name that is wrong would pass everything.
 */
export async function doubtOf(
  { metric, labels }: FailureLabels,
  inquiry: Pick<Inquiry<unknown>, 'window' | 'send'>,
  door: PromDoor,
): Promise<Found | null> {
  const matchers = labels.map((name) => `${name}!=""`).join(',');
  const queries = [`count(last_over_time(${metric}{${matchers}}[1h]))`];
  const [any] = await askProm({ ...inquiry, queries, as: 'number' }, door);
  if (any?.kind !== 'nothing') return null;
  const names = labels.length === 1 ? `the label ${labels[0]}` : `the labels ${labels.join(', ')}`;
  return partly(
    `no series of ${metric} has ${names}, by which failures would be told: is it called so?`,
  );
}
