import { dirname } from 'node:path';
import { z } from 'zod';
import { checkTree } from './check.ts';
import { chooseEnvironment, environmentsOf } from './environments.ts';
import { configInvalid } from './errors.ts';
import { replaceVariables } from './evaluate.ts';
import { type Extensions, type Vocabulary, vocabularyOf } from './extensions.ts';
import { type LoadOptions, layered, pluginsIn } from './load.ts';
import { soleProvider } from './resolve/config.ts';
import type { ResolvedConfig } from './resolved.ts';
import { allowEnv, history, providerSchema, serviceName, storeSchema } from './schema/root.ts';
import { expand } from './shorthand.ts';
import { readConfig } from './source/read.ts';
import type { Mapping } from './tree.ts';
import { child, mapping, plain } from './tree.ts';

export type Located = Pick<
  ResolvedConfig,
  'service' | 'environment' | 'folder' | 'store' | 'history' | 'provider' | 'plugins'
>;

export type LocateOptions = Omit<LoadOptions, 'extensions'> & { readonly extensions: Extensions };

/** All that says which target is meant, and what these may take in. */
const SAID = ['service', 'provider', 'store', 'history', 'allowEnv'];

function placeSchema(known: Vocabulary) {
  return z.object({
    service: serviceName(),
    provider: providerSchema(known),
    store: storeSchema(known.stores),
    history,
    allowEnv,
  });
}

/**
 * Where a config that is text leads. None of its plug-ins is loaded, and what is wrong elsewhere in
 * it does not matter: who goes back at night needs neither gates nor strategies.
 */
export async function locate(options: LocateOptions): Promise<Located> {
  const { path, file, tree } = await readConfig(options.folder, options.file);
  const environments = environmentsOf(tree, file);
  const environment = chooseEnvironment(options.environment, Object.keys(environments));
  const base = { ...tree, entries: new Map(tree.entries) };
  base.entries.delete('environments');
  const over = environment === null ? undefined : environments[environment];
  const whole = layered(base, over, { ...options, strategy: undefined, release: undefined });
  const known = await vocabularyFor(options.extensions, whole);
  const { env, git } = options;
  const filled = await replaceVariables(locateSaid(whole), {
    env,
    git,
    environment,
    lenient: false,
    unnamed: 'unnamed',
  });
  const { value, problems } = checkTree(placeSchema(known), expand(filled.tree, known));
  if (filled.problems.length > 0 || problems.length > 0 || !value)
    throw configInvalid(file, [...filled.problems, ...problems]);
  const { service, store, history: kept } = value;
  return {
    service,
    environment,
    folder: dirname(path),
    store,
    history: kept,
    provider: soleProvider(value.provider),
    plugins: pluginsIn(whole),
  };
}

const locateSaid = (whole: Mapping): Mapping =>
  mapping(
    [...whole.entries].filter(([key]) => SAID.includes(key)),
    whole.place,
  );

/** The provider that is written may come from a plug-in, whose settings nobody here can know. */
async function vocabularyFor(extensions: Extensions, whole: Mapping): Promise<Vocabulary> {
  const none = { ...extensions.strategies, names: [] };
  const known = await vocabularyOf({ ...extensions, strategies: none }, [locateSaid(whole)]);
  const provider = child(whole, 'provider');
  const written =
    provider?.kind === 'map'
      ? [...provider.entries.keys()]
      : [plain(provider ?? mapping([], whole.place))];
  const names = written.filter((name) => typeof name === 'string');
  return {
    ...known,
    names: { ...known.names, providers: [...new Set([...known.names.providers, ...names])] },
  };
}
