import type { core, ZodType } from 'zod';
import { quoted } from '../lib/quoted.ts';
import { nearest } from '../lib/suggest.ts';
import { expectation, oneOf } from '../settings/words.ts';
import type { Problem } from './problem.ts';
import { problemFound } from './problem.ts';
import type { ConfigTree } from './tree.ts';
import { at, keyPlaceOf, plain, reached, treePlaceOf } from './tree.ts';

export type Checked<T> =
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly value: null; readonly problems: readonly Problem[] };

/** Nobody reads more, and looking for what was meant takes its time for each. */
const MOST_ISSUES = 500;

/** Holds a tree against a schema; what is wrong comes back with the place where it was written. */
export function checkTree<T>(schema: ZodType<T>, tree: ConfigTree): Checked<T> {
  const result = schema.safeParse(plain(tree), { error: expectation });
  if (result.success) return { value: result.data, problems: [] };
  const { issues } = result.error;
  const misspelt = new Set(
    issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => pathText(path)),
  );
  const telling = issues.filter((issue) => !isEcho(issue, misspelt)).slice(0, MOST_ISSUES);
  return { value: null, problems: telling.flatMap((issue) => problemsOf(issue, tree)) };
}

/** A section that lacks what it needs only because the key is misspelt: one message is enough. */
function isEcho(issue: core.$ZodIssue, misspelt: ReadonlySet<string>): boolean {
  if (issue.code !== 'custom' || !issue.message.startsWith('=found no ')) return false;
  return misspelt.has(pathText(issue.path));
}

const pathText = (path: readonly PropertyKey[]) => JSON.stringify(path);

function problemsOf(issue: core.$ZodIssue, tree: ConfigTree): Problem[] {
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue, tree);
  if (issue.code === 'invalid_key') {
    const [inner] = issue.issues;
    const text = `found ${quoted(String(issue.path.at(-1)))}, expected ${inner?.message ?? 'another key'}`;
    return [{ place: keyPlaceOf(tree, issue.path), text }];
  }
  const path = reached(tree, issue.path);
  const node = at(tree, path);
  if (node?.kind === 'scalar' && node.open) return [];
  return [{ place: treePlaceOf(tree, path), text: sentence(issue.message, node) }];
}

/** A message that begins with `=` is a whole sentence; any other says what was expected. */
function sentence(message: string, node: ConfigTree | undefined): string {
  if (message.startsWith('=')) return message.slice(1);
  return node === undefined
    ? `is missing, expected ${message}`
    : `found ${problemFound(node)}, expected ${message}`;
}

/** Words that people carry over from the neighbouring section. */
const SYNONYMS: Readonly<Record<string, string>> = {
  gates: 'watch',
  watch: 'gates',
  steps: 'stages',
  name: 'service',
  version: 'release',
  environment: 'environments',
  port: 'edge',
};

/** What strategies take, looked for beside them. */
const BELOW: ReadonlyMap<string, string> = new Map([
  ['preflight', 'defaults.preflight'],
  ['check', 'defaults.check'],
  ['watch', 'defaults.watch'],
  ['bake', 'defaults.bake'],
  ['retire', 'defaults.retire'],
  ['stages', 'canary.stages'],
]);

/** So many names are shown even when one of them was probably meant. */
const FEW = 5;

function unknownKeys(issue: core.$ZodIssueUnrecognizedKeys, tree: ConfigTree): Problem[] {
  const known: string[] = JSON.parse(issue.message);
  return issue.keys.slice(0, MOST_ISSUES).map((key) => {
    const synonym = SYNONYMS[key] ?? '';
    const below = issue.path.length === 0 ? BELOW.get(key) : undefined;
    const near = below ?? (known.includes(synonym) ? synonym : nearest(key, known));
    const hint = near ? ` (did you mean ${near}?)` : '';
    const names = known.length === 0 ? 'no keys' : oneOf(undefined, known);
    const text =
      near && known.length > FEW ? `unknown key${hint}` : `unknown key, expected ${names}${hint}`;
    return { place: keyPlaceOf(tree, [...issue.path, key]), text };
  });
}
