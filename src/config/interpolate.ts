import { soundsSecret } from '../lib/secret-names.ts';
import { nearest } from '../lib/suggest.ts';
import type { Problem } from './problem.ts';
import type { ConfigTree, Mapping, Scalar } from './tree.ts';
import { child } from './tree.ts';

/** What `${…}` may stand for. A value is null when it is not known. */
export interface Variables {
  readonly values: Readonly<Record<string, string | null>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names of the environment that the config may read: its own key `allowEnv`. */
  readonly allowed: readonly string[];
  /** For an overlay that was not chosen: what is unknown is left open instead of refused. */
  readonly lenient: boolean;
}

const REFERENCE = /\$\$\{|\$\{([^}]*)\}?/g;
const INTERPOLATE_PARTS = /^\s*([\w.]+)\s*(?::-(.*))?$/s;
/** In one text. */
const MOST_PROBLEMS = 10;
const INTERPOLATE_NAMES = ['service', 'environment', 'release', 'git.sha'];

/** Keys at the top whose text is taken as it stands: what is loaded must not depend on a variable. */
const LITERAL = new Set(['allowEnv', 'plugins', '$schema']);

/**
 * Replaces `${env.NAME}`, `${env.NAME:-default}`, `${release}`, `${service}`, `${environment}` and
 * `${git.sha}` in every text value, in one pass: what comes in is never looked at again. `$${` is a
 * plain `${`. Names that requests capture from answers are left for whoever sends them.
 */
export function interpolate(
  tree: Mapping,
  variables: Variables,
): { tree: Mapping; problems: Problem[] } {
  const problems: Problem[] = [];
  const walk = (node: ConfigTree, captured: ReadonlySet<string>): ConfigTree => {
    if (node.kind === 'scalar') return replaced(node, { variables, captured }, problems);
    if (node.kind === 'list')
      return { ...node, items: node.items.map((item) => walk(item, captured)) };
    const entries = [...node.entries].map(([key, entry]) => {
      const names = new Set([...captured, ...capturesOf(entry.value)]);
      return [key, { ...entry, value: walk(entry.value, names) }] as const;
    });
    return { ...node, entries: new Map(entries) };
  };
  const entries = [...tree.entries].map(([key, entry]) => {
    return [
      key,
      LITERAL.has(key) ? entry : { ...entry, value: walk(entry.value, new Set()) },
    ] as const;
  });
  return { tree: { ...tree, entries: new Map(entries) }, problems };
}

function replaced(
  node: Scalar,
  { variables, captured }: { variables: Variables; captured: ReadonlySet<string> },
  problems: Problem[],
): Scalar {
  if (typeof node.value !== 'string' || !node.value.includes('${')) return node;
  let failures = 0;
  let open = false;
  const text = node.value.replaceAll(REFERENCE, (whole: string, inside: string | undefined) => {
    if (whole === '$${') return '${';
    if (captured.has(inside?.trim() ?? '') || failures >= MOST_PROBLEMS) return whole;
    const answer = lookUpVariable(whole, inside ?? '', variables);
    if (answer.problem) {
      problems.push(problemAt(node, inside ?? '', answer.problem));
      failures += 1;
    }
    open ||= answer.value === null;
    return answer.value ?? '';
  });
  return { ...node, value: text, text, template: node.value, open };
}

/** A version that nobody has written down is no fault of a line. */
function problemAt({ place }: Scalar, inside: string, text: string): Problem {
  if (place.path !== 'release' || inside.trim() !== 'git.sha') return { place, text };
  return { place, text: NO_RELEASE, missing: 'release' };
}

const NO_RELEASE =
  'no version is named, and git names none, because this is not a checkout with a commit, or one of another user, which git does not read: name it with --release';

interface VariableAnswer {
  readonly value: string | null;
  readonly problem?: string | undefined;
}

function lookUpVariable(whole: string, inside: string, variables: Variables): VariableAnswer {
  const [, name, fallback] = INTERPOLATE_PARTS.exec(inside) ?? [];
  if (!whole.endsWith('}') || name === undefined) {
    return {
      value: null,
      problem: `found "${whole}", expected \${NAME} (write $\${ for a plain \${)`,
    };
  }
  const refusal = secretRefusal(name) ?? variableRefusal(name, variables);
  if (refusal) return { value: null, problem: refusal };
  const value = name.startsWith('env.')
    ? ownValue(variables.env, name.slice(4))
    : variables.values[name];
  const known = value === undefined || value === null || value === '' ? fallback : value;
  if (known !== undefined) return { value: known };
  return { value: null, problem: variables.lenient ? undefined : unset(name) };
}

/** An environment inherits `constructor` and the like, which nobody has set. */
const ownValue = (env: Variables['env'], name: string) =>
  Object.hasOwn(env, name) ? env[name] : undefined;

function variableRefusal(name: string, { allowed }: Variables): string | null {
  if (!name.startsWith('env.')) {
    if (INTERPOLATE_NAMES.includes(name)) return null;
    const near = nearest(name, INTERPOLATE_NAMES);
    const hint = near ? ` (did you mean \${${near}}?)` : '';
    return `found \${${name}}, expected \${env.NAME}, ${INTERPOLATE_NAMES.map((known) => `\${${known}}`).join(', ')}${hint}`;
  }
  const variable = name.slice(4);
  if (allowed.includes(variable)) return null;
  return `\${${name}} is not allowed: add ${variable} to allowEnv, so that readers see what the config uses`;
}

/** What is replaced in text ends up in plans and records, where a secret must never be. */
function secretRefusal(name: string): string | null {
  const variable = name.startsWith('env.') ? name.slice(4) : '';
  if (!soundsSecret(variable)) return null;
  return `\${${name}} looks like a secret, which must not get into plans and records: write {fromEnv: ${variable}} as the whole value, in the env of the provider or the headers of a gate`;
}

function unset(name: string): string {
  if (name.startsWith('env.')) {
    return `\${${name}} is not set: set ${name.slice(4)}, or write \${${name}:-default}`;
  }
  if (name === 'environment') return `\${environment} is not known: choose one with --env NAME`;
  if (name === 'git.sha')
    return `\${git.sha} is not known, because this is not a git checkout with a commit, or one of another user, which git does not read: write \${release} for the version that is deployed, or \${git.sha:-default}`;
  return `\${${name}} is not known here`;
}

function capturesOf(section: ConfigTree): ReadonlySet<string> {
  const requests = child(section, 'requests');
  const names = (requests?.kind === 'list' ? requests.items : []).flatMap((request) => {
    const captures = child(request, 'capture');
    return captures?.kind === 'map' ? [...captures.entries.keys()] : [];
  });
  return new Set(names);
}

/** Whether any text of the tree names the variable: what costs a process is asked only when used. */
export function mentions(tree: ConfigTree, name: string): boolean {
  if (tree.kind === 'scalar') return typeof tree.value === 'string' && tree.value.includes(name);
  if (tree.kind === 'list') return tree.items.some((item) => mentions(item, name));
  return [...tree.entries.values()].some(({ value }) => mentions(value, name));
}
