import type { Release, Subject, SubjectLabels, Window } from '../../../src/contract/index.ts';

const NAME = /\{\{\s*(\w+)\s*\}\}/g;
/** Known of every question, whatever the platform and the release. */
const OF_WINDOW = ['window', 'from', 'to'];
const ALWAYS = ['version', 'release', ...OF_WINDOW];

/** For descriptions of settings. */
export const ABOUT_NAMES =
  '`{{version}}`, `{{release}}`, `{{window}}` and names of the platform such as `{{podTemplateHash}}` or `{{namespace}}` are filled in, for each of the two releases.';

const allIn = (queries: readonly string[]): readonly string[] =>
  queries.flatMap((query) => [...query.matchAll(NAME)].map(([, name = '']) => name));

/** Names in a query that only the platform can fill in. */
export function labelNamesIn(queries: readonly string[]): readonly string[] {
  return [...new Set(allIn(queries))].filter((name) => !ALWAYS.includes(name));
}

/** Whether the queries tell one release from another. */
export function areOfOneRelease(queries: readonly string[]): boolean {
  return allIn(queries).some((name) => !OF_WINDOW.includes(name));
}

/** What the names stand for, for one release. */
export type Values = Readonly<Record<string, string | undefined>>;

export function valuesFor(
  { candidate, stable }: Subject,
  labels: SubjectLabels,
  { from, to, span }: Window,
): { readonly candidate: Values; readonly stable: Values | null } {
  const of = ({ id, version }: Release, own: Values): Values => ({
    ...labels.service,
    ...own,
    version,
    release: id,
    window: `${Math.max(1, Math.round(span / 1000))}s`,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
  });
  return {
    candidate: of(candidate, labels.candidate),
    stable: stable && of(stable, labels.stable ?? {}),
  };
}

/** The query with its names filled in; or the first name that nothing is known for. */
export function fill(
  query: string,
  values: Values,
  quote: (value: string) => string,
): { query: string } | { unknown: string } {
  const unknown = allIn([query]).find((name) => values[name] === undefined);
  if (unknown !== undefined) return { unknown };
  return { query: query.replace(NAME, (_, name: string) => quote(values[name] ?? '')) };
}

/** Inside the quotes of most languages a value must not end them. */
export function backslashed(value: string): string {
  return value.replace(/["'\\]/g, '\\$&').replaceAll('\n', '\\n');
}
