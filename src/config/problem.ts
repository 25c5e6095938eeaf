import { displaySafe } from '../lib/display-safe.ts';
import { quoted } from '../lib/quoted.ts';
import type { ConfigPlace, ConfigTree } from './tree.ts';

/** One thing that is wrong with a config, at one place. */
export interface Problem {
  readonly place: ConfigPlace;
  /** `found X, expected Y (did you mean Z?)`. */
  readonly text: string;
  /** What the command line has to say, where nothing in the file is wrong. */
  readonly missing?: 'release';
}

const MOST_SHOWN = 50;
/** Characters of all that are shown; the first one is shown in any case. */
const MOST_CHARACTERS = 14_000;
const LONGEST_PATH = 150;
const LONGEST_TEXT = 500;

/** `deploy.config.yaml:12:3  canary.stages[0].weight: found …`. One line, whatever stands in the file. */
export function problemLine({ place, text }: Problem): string {
  const where = place.line === null ? place.file : `${place.file}:${place.line}:${place.column}`;
  const path = place.path === '' ? '' : `${problemClipped(place.path, LONGEST_PATH)}: `;
  const line = `${where}  ${path}${problemClipped(text, LONGEST_TEXT)}`;
  return displaySafe(line).replaceAll(/[\t\n]+/g, ' ');
}

const problemClipped = (text: string, longest: number) =>
  text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text;

/** All problems in the order of the file, each of them once, as far as a person reads them. */
export function problemsShown(problems: readonly Problem[]): readonly string[] {
  const lines = [...new Set(sorted(problems).map(problemLine))];
  const first = lines.slice(0, readable(lines));
  const rest = lines.length - first.length;
  return rest > 0 ? [...first, `… and ${rest} more`] : first;
}

/** How many of them a person reads. */
function readable(lines: readonly string[]): number {
  let characters = 0;
  const end = lines.findIndex((line, index) => {
    characters += line.length;
    return index >= MOST_SHOWN || (index > 0 && characters > MOST_CHARACTERS);
  });
  return end < 0 ? lines.length : end;
}

function sorted(problems: readonly Problem[]): Problem[] {
  const order = ({ line, column }: ConfigPlace) =>
    (line ?? Number.MAX_SAFE_INTEGER / 1e6) * 1e5 + (column ?? 0);
  return problems.toSorted((a, b) => order(a.place) - order(b.place));
}

/** What was found, in words that leak nothing: what a variable stands for is not repeated. */
export function problemFound(tree: ConfigTree | undefined): string {
  if (tree === undefined) return 'nothing';
  if (tree.kind === 'list') return tree.items.length === 0 ? 'an empty list' : 'a list';
  if (tree.kind === 'map') return 'a section';
  if (tree.template !== undefined) return `the value of ${quoted(tree.template)}`;
  if (tree.value === null) return 'nothing';
  return typeof tree.value === 'string' ? quoted(tree.value) : tree.text;
}
