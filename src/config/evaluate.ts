import { checkTree } from './check.ts';
import type { Vocabulary } from './extensions.ts';
import type { Variables } from './interpolate.ts';
import { interpolate, mentions } from './interpolate.ts';
import { plainSecrets, plainVariables } from './plain-secrets.ts';
import type { Problem } from './problem.ts';
import { strategiesOf } from './resolve/config.ts';
import type { Strategies } from './resolved.ts';
import type { Written } from './schema/root.ts';
import { configSchema } from './schema/root.ts';
import { contradictions, unusedGates } from './semantics.ts';
import { expand } from './shorthand.ts';
import type { Mapping } from './tree.ts';
import { at, extend, mapping, plain, scalar, withEntry } from './tree.ts';

export interface EvaluateSurroundings {
  readonly known: Vocabulary;
  readonly env: Variables['env'];
  readonly git: () => Promise<string | null>;
  readonly environment: string | null;
  /** What is unknown on this machine is no mistake of the config. */
  readonly lenient: boolean;
}

export interface Evaluation {
  readonly problems: readonly Problem[];
  readonly written: Written | null;
  readonly strategies: Strategies;
  readonly warnings: readonly string[];
}

/** A layered config: its variables replaced, its shape and then its sense checked. */
export async function evaluate(
  tree: Mapping,
  surroundings: EvaluateSurroundings,
): Promise<Evaluation> {
  const { known } = surroundings;
  const names = known.names.strategies;
  const filled = await replaceVariables(evaluateWithRelease(tree), surroundings);
  const expanded = expand(filled.tree, known);
  const { value: written, problems } = checkTree<Written>(schemaFor(known), expanded);
  const failed = [...filled.problems, ...problems];
  if (!written)
    return { problems: failed, written: null, strategies: {} as Strategies, warnings: [] };
  const strategies = strategiesOf(written, names);
  const config = { strategies, gates: written.gates, known };
  const meant = names.filter((name) => name === written.strategy || tree.entries.has(name));
  return {
    problems: [...failed, ...contradictions(config, meant, expanded)],
    written,
    strategies,
    warnings: [
      ...unusedGates(config, meant),
      ...plainSecrets(expanded),
      ...plainVariables(expanded),
    ],
  };
}

/** The version label that is deployed when nobody names one. */
function evaluateWithRelease(tree: Mapping): Mapping {
  const node = at(tree, ['release']);
  if (node && !(node.kind === 'scalar' && node.value === null)) return tree;
  const place = { ...extend(tree.place, ['release']), line: null, column: null };
  return withEntry(tree, 'release', scalar(`\${git.sha}`, place));
}

/** Service and release come first, because other values may name them. */
export async function replaceVariables(
  tree: Mapping,
  {
    env,
    git,
    environment,
    lenient,
    unnamed = null,
  }: Omit<EvaluateSurroundings, 'known'> & {
    /** Stands for the release where none is named, for whoever does not want to know it. */
    readonly unnamed?: string | null;
  },
) {
  const sha = mentions(tree, 'git.sha') ? await git().catch(() => null) : null;
  const known = { environment, 'git.sha': sha };
  const variables = { values: known, env, allowed: allowedIn(tree), lenient };
  const service = replaceOne(tree, 'service', variables);
  const named = { ...known, service: service.text };
  const release = replaceOne(tree, 'release', { ...variables, values: named });
  const all = interpolate(tree, {
    ...variables,
    values: { ...named, release: release.text ?? unnamed },
  });
  return { tree: all.tree, problems: [...service.problems, ...release.problems, ...all.problems] };
}

function replaceOne(tree: Mapping, key: string, variables: Variables) {
  const entry = tree.entries.get(key);
  const result = interpolate(mapping(entry ? [[key, entry]] : [], tree.place), variables);
  const node = at(result.tree, [key]);
  return {
    text: node?.kind === 'scalar' && !node.open ? node.text : null,
    problems: result.problems,
  };
}

function allowedIn(tree: Mapping): string[] {
  const node = at(tree, ['allowEnv']);
  const names = node ? plain(node) : [];
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

const schemas = new WeakMap<Vocabulary, ReturnType<typeof configSchema>>();

/** Building a schema costs more than using it. */
function schemaFor(known: Vocabulary): ReturnType<typeof configSchema> {
  const schema = schemas.get(known) ?? configSchema(known);
  schemas.set(known, schema);
  return schema;
}
