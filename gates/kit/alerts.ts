import type {
  Measurement,
  MeasureRequest,
  Metric,
  Subject,
  SubjectLabels,
} from '../../src/contract/index.ts';
import { fill, labelNamesIn, valuesFor } from './numbers/names.ts';
import { excerpt, found } from './reading.ts';

/** An alert that fires now. */
export interface FiringAlert {
  readonly name: string;
  /** Wall clock ms; null where it is not told. */
  readonly since: number | null;
}

/** An alert is about the service, whatever the release: what fires already is told before a deployment. */
export function alertMetric(texts: readonly string[]): Metric {
  const labels = labelNamesIn(texts);
  return {
    words: 'a number of alerts that fire',
    unit: 'count',
    max: 0,
    comparable: false,
    standing: true,
    ...(labels.length > 0 ? { labels } : {}),
  };
}

/** `asked`: what was looked for, in words. */
export function alertReading(firing: readonly FiringAlert[], asked: string): Measurement {
  const value = firing.length;
  const said = value === 0 ? `of ${asked} none fires` : firing.map(alertWords).join(', ');
  return found('count', { candidate: { value, samples: 1, bad: value } }, excerpt(said));
}

function alertWords({ name, since }: FiringAlert): string {
  return since === null ? `${name} fires` : `${name} fires since ${new Date(since).toISOString()}`;
}

/** One entry for each name, with the oldest of its alerts. */
export function byAlertName(alerts: readonly FiringAlert[]): readonly FiringAlert[] {
  const oldest = new Map<string, FiringAlert>();
  for (const alert of alerts) {
    const known = oldest.get(alert.name);
    if (!known || (alert.since ?? Infinity) < (known.since ?? Infinity))
      oldest.set(alert.name, alert);
  }
  return [...oldest.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

interface AlertsAsked {
  readonly subject: Subject;
  readonly window: MeasureRequest['window'];
  labels(): Promise<SubjectLabels>;
}

/** The texts with the names of the release that is asked about; throws where one is not known. */
export async function filledFor(
  { subject, window, labels }: AlertsAsked,
  texts: readonly string[],
): Promise<readonly string[]> {
  const values = valuesFor(subject, await labels(), window).candidate;
  return texts.map((text) => {
    const filled = fill(text, values, (value) => value);
    if ('query' in filled) return filled.query;
    throw new Error(`{{${filled.unknown}}} is not known of this platform`);
  });
}

/** Matches one of these names and nothing else, in the regular expressions of Prometheus. */
export const oneOfNames = (names: readonly string[]) =>
  names.map((name) => name.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')).join('|');
