import { dirname } from 'node:path';
import { chooseEnvironment, environmentsOf } from './choices.ts';
import { evaluate } from './evaluate.ts';
import { type LoadOptions, layered, pluginsIn } from './load.ts';
import { configInvalid } from './problem.ts';
import { resolvedConfig } from './resolve/config.ts';
import type { ResolvedConfig } from './resolved.ts';
import type { Kinds } from './schema/root.ts';
import { readConfig } from './source/read.ts';
import type { Mapping } from './tree.ts';
import { child, mapping, scalar, withEntry } from './tree.ts';

export type Located = Pick<
  ResolvedConfig,
  'service' | 'environment' | 'folder' | 'store' | 'history' | 'provider' | 'plugins'
>;

/** All that says which target is meant, and what these may take in. */
const SAID = ['service', 'provider', 'store', 'history', 'allowEnv'];

/**
 * Where a config that is text leads. None of its plug-ins is loaded, and what is wrong elsewhere in
 * it does not matter: who goes back at night needs neither gates nor strategies.
 */
export async function locate(options: LoadOptions & { kinds: Kinds }): Promise<Located> {
  const { path, file, tree } = await readConfig(options.folder, options.file);
  const environments = environmentsOf(tree, file);
  const environment = chooseEnvironment(options.environment, Object.keys(environments));
  const base = withEntry(tree, 'environments', undefined);
  const over = environment === null ? undefined : environments[environment];
  const whole = layered(base, over, options);
  const { env, git } = options;
  const kinds = withProvider(options.kinds, whole);
  const evaluation = await evaluate(told(whole), { kinds, env, git, environment, lenient: false });
  if (evaluation.problems.length > 0 || !evaluation.written)
    throw configInvalid(file, evaluation.problems);
  const place = { file: path, folder: dirname(path), environment };
  const config = resolvedConfig(evaluation.written, place, evaluation);
  const { service, folder, store, history, provider } = config;
  return { service, environment, folder, store, history, provider, plugins: pluginsIn(whole) };
}

/** Any strategy and any release do for the schema, because neither says where. */
function told(whole: Mapping): Mapping {
  const entries = [...whole.entries].filter(([key]) => SAID.includes(key));
  const any = { strategy: 'canary', release: 'any' };
  return Object.entries(any).reduce<Mapping>(
    (tree, [key, value]) => withEntry(tree, key, scalar(value, whole.place)),
    mapping(entries, whole.place),
  );
}

/** The provider that is written may come from a plug-in, which then knows its own settings. */
function withProvider(kinds: Kinds, whole: Mapping): Kinds {
  const provider = child(whole, 'provider');
  const names = provider?.kind === 'map' ? [...provider.entries.keys()] : [];
  return { ...kinds, providers: [...new Set([...kinds.providers, ...names])] };
}
