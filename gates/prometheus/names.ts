import type { Subject, SubjectLabels } from '../../src/contract/index.ts';

const NAME = /\{\{\s*(\w+)\s*\}\}/g;
/** Known of every release, whatever the platform. */
const ALWAYS = ['version', 'release', 'window'];

/** Names in a query that only the platform can fill in. */
export function namesIn(queries: readonly string[]): readonly string[] {
  const names = queries.flatMap((query) => [...query.matchAll(NAME)].map(([, name = '']) => name));
  return [...new Set(names)].filter((name) => !ALWAYS.includes(name));
}

/** What the names stand for, for one release. */
export type Values = Readonly<Record<string, string | undefined>>;

export function valuesFor(
  { candidate, stable }: Subject,
  labels: SubjectLabels,
  window: string,
): { readonly candidate: Values; readonly stable: Values | null } {
  const of = (release: { id: string; version: string }, own: Values): Values => ({
    ...labels.service,
    ...own,
    version: release.version,
    release: release.id,
    window,
  });
  return {
    candidate: of(candidate, labels.candidate),
    stable: stable && of(stable, labels.stable ?? {}),
  };
}

/** The query with its names filled in; or the first name that nothing is known for. */
export function fill(query: string, values: Values): { query: string } | { unknown: string } {
  const unknown = [...query.matchAll(NAME)].find(([, name = '']) => values[name] === undefined);
  if (unknown) return { unknown: unknown[1] ?? '' };
  return { query: query.replace(NAME, (_, name: string) => promQuoted(values[name] ?? '')) };
}

/** Inside the quotes of a label's value a version must not end them. */
function promQuoted(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
