import { type GateSpec, LABELS, type Observation } from '../../contract/index.ts';
import { labelUndefined } from './errors.ts';

/** What every release is known by, whatever the platform. */
const LABELS_ALWAYS: readonly string[] = ['version', 'release'];

/**
 * Refuses questions that hold names which nothing here is called by: they would have no data in the
 * middle of a deployment. What is there is known from the releases that are; where nothing runs yet,
 * only a name that no platform fills is refused.
 */
export function expectLabels(
  gates: Readonly<Record<string, GateSpec>>,
  { labels, releases }: Observation,
): void {
  const filled = [labels, ...releases.map((release) => release.labels)].flatMap(namesOf);
  const known = new Set([...LABELS_ALWAYS, ...(releases.length > 0 ? filled : LABELS)]);
  for (const [gate, { labels: asked = [] }] of Object.entries(gates)) {
    const name = asked.find((label) => !known.has(label));
    if (name !== undefined) throw labelUndefined(gate, name, known);
  }
}

const namesOf = (labels: Observation['labels']): string[] =>
  Object.entries(labels).flatMap(([name, value]) => (value === undefined ? [] : [name]));
