import type { core, ZodType } from 'zod';
import { nearest } from '../lib/suggest.ts';
import { found, quoted } from './problem.ts';
import type { Problem } from './problem.ts';
import { expectation } from './schema/words.ts';
import { at, keyPlaceOf, placeOf, plain } from './tree.ts';
import type { Tree } from './tree.ts';

export type Checked<T> = { readonly value: T; readonly problems: readonly [] } | { readonly value: null; readonly problems: readonly Problem[] };

/** Holds a tree against a schema; what is wrong comes back with the place where it was written. */
export function check<T>(schema: ZodType<T>, tree: Tree): Checked<T> {
  const result = schema.safeParse(plain(tree), { error: expectation });
  if (result.success) return { value: result.data, problems: [] };
  return { value: null, problems: result.error.issues.flatMap((issue) => problemsOf(issue, tree)) };
}

function problemsOf(issue: core.$ZodIssue, tree: Tree): Problem[] {
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue, tree);
  if (issue.code === 'invalid_key') {
    const [inner] = issue.issues;
    const text = `found ${quoted(String(issue.path.at(-1)))}, expected ${inner?.message ?? 'another key'}`;
    return [{ place: keyPlaceOf(tree, issue.path), text }];
  }
  const node = at(tree, issue.path);
  if (node?.kind === 'scalar' && node.open) return [];
  return [{ place: placeOf(tree, issue.path), text: sentence(issue.message, node) }];
}

/** A message that begins with `=` is a whole sentence; any other says what was expected. */
function sentence(message: string, node: Tree | undefined): string {
  if (message.startsWith('=')) return message.slice(1);
  return node === undefined ? `is missing, expected ${message}` : `found ${found(node)}, expected ${message}`;
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

function unknownKeys(issue: core.$ZodIssueUnrecognizedKeys, tree: Tree): Problem[] {
  const known: string[] = JSON.parse(issue.message);
  return issue.keys.map((key) => {
    const synonym = SYNONYMS[key] ?? '';
    const near = nearest(key, known) ?? (known.includes(synonym) ? synonym : null);
    const expected = near ?? (known.length === 0 ? 'no keys' : `one of ${known.join(', ')}`);
    const text = near ? `unknown key (did you mean ${near}?)` : `unknown key, expected ${expected}`;
    return { place: keyPlaceOf(tree, [...issue.path, key]), text };
  });
}
