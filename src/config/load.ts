import { dirname } from 'node:path';
import type { Json } from '../contract/index.ts';
import { chooseEnvironment, chooseStrategy, environmentsOf } from './environments.ts';
import { configInvalid } from './errors.ts';
import type { Evaluation } from './evaluate.ts';
import { evaluate } from './evaluate.ts';
import { type Extensions, vocabularyOf } from './extensions.ts';
import { overlay } from './overlay.ts';
import type { Problem } from './problem.ts';
import { problemLine } from './problem.ts';
import { resolvedConfig } from './resolve/config.ts';
import type { ResolvedConfig } from './resolved.ts';
import { assign } from './set-option.ts';
import type { ConfigSource } from './source/read.ts';
import { readConfig } from './source/read.ts';
import type { Mapping } from './tree.ts';
import { child, mapping, plain, scalar, withEntry } from './tree.ts';

export interface LoadOptions {
  /** What --config names; without it a config is looked for in `folder` and its parents. */
  readonly file?: string | undefined;
  readonly folder: string;
  /** What --env names. */
  readonly environment?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What --release, --set and --strategy say; they come last. */
  readonly release?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly strategy?: string | undefined;
  /** The short commit; asked only when the config uses it. */
  readonly git: () => Promise<string | null>;
  /** What there is to choose from; a function is given the plug-ins that the config names. */
  readonly extensions: Extensions | ((named: NamedPlugins) => Promise<Extensions>);
}

export interface NamedPlugins {
  readonly plugins: readonly string[];
  readonly folder: string;
  /** All that is written, unchecked: what it refers to as secret must be known before their code runs. */
  readonly written: Json;
}

/**
 * File → overlay of the environment → flags → variables → schema → sense. Whatever is wrong comes
 * back as one DeployError with all problems and their places. Overlays that were not chosen are
 * checked too, so that a typing mistake in production shows on any machine.
 */
export async function load(options: LoadOptions): Promise<ResolvedConfig> {
  const source = await readConfig(options.folder, options.file);
  return loadFrom(source, options);
}

export async function loadFrom(
  source: ConfigSource,
  options: LoadOptions,
): Promise<ResolvedConfig> {
  const { path: file, tree } = source;
  const folder = dirname(file);
  const environments = environmentsOf(tree, source.file);
  const environment = chooseEnvironment(options.environment, Object.keys(environments));
  const base = withEntry(tree, 'environments', undefined);
  const chosen = layered(
    base,
    environment === null ? undefined : environments[environment],
    options,
  );
  const others = Object.entries(environments)
    .filter(([name]) => name !== environment)
    .map(([name, over]) => ({ name, tree: layered(base, over, options) }));
  const extensions = await extensionsFor(options, chosen, folder);
  chooseStrategy(options.strategy, extensions.strategies.names);
  const known = await vocabularyOf(extensions, [chosen, ...others.map(({ tree }) => tree)]);
  const context = { known, env: options.env, git: options.git };
  const evaluation = await evaluate(chosen, { ...context, environment, lenient: false });
  const problems = [...evaluation.problems];
  const sound: string[] = [];
  for (const { name, tree } of others) {
    const other = await evaluate(tree, { ...context, environment: name, lenient: true });
    if (other.problems.length === 0) sound.push(name);
    problems.push(...newProblems(other, problems, name));
  }
  if (problems.length > 0 || !evaluation.written) {
    throw configInvalid(source.file, problems, environment === null ? sound : []);
  }
  return resolvedConfig(evaluation.written, { file, folder, environment }, evaluation);
}

/** Overlay and flags over the file. */
export function layered(base: Mapping, over: Mapping | undefined, options: LoadOptions): Mapping {
  const laid = (overlay(base, over) ?? base) as Mapping;
  const set = (options.set ?? []).reduce(assign, laid);
  const flags = { release: options.release, strategy: options.strategy };
  return Object.entries(flags).reduce((tree, [name, value]) => {
    if (value === undefined) return tree;
    const place = { file: `--${name}`, line: null, column: null, path: '' };
    return withEntry(tree, name, scalar(value, place));
  }, set);
}

async function extensionsFor({ extensions }: LoadOptions, tree: Mapping, folder: string) {
  if (typeof extensions !== 'function') return extensions;
  return extensions({ plugins: pluginsIn(tree), folder, written: plain(tree) });
}

export function pluginsIn(tree: Mapping): string[] {
  const plugins = plain(child(tree, 'plugins') ?? mapping([], tree.place));
  return Array.isArray(plugins) ? plugins.filter((name) => typeof name === 'string') : [];
}

/** What is wrong only with this overlay, and says so. */
function newProblems(other: Evaluation, known: readonly Problem[], name: string): Problem[] {
  const lines = new Set(known.map(problemLine));
  return other.problems
    .filter((problem) => !lines.has(problemLine(problem)))
    .map((problem) => ({ ...problem, text: `${problem.text} (with --env ${name})` }));
}
