import { catalogueWith, extensionsOf } from '../../src/compose/extensions.ts';
import { type LoadOptions, loadFrom } from '../../src/config/load.ts';
import type { ResolvedConfig } from '../../src/config/resolved.ts';
import { rootOf } from '../../src/config/source/read.ts';
import { parseYaml } from '../../src/config/source/yaml.ts';
import { DeployError } from '../../src/contract/index.ts';

export type Options = Partial<LoadOptions>;

export const OPTIONS: LoadOptions = {
  folder: '/srv/shop',
  env: {},
  git: async () => 'abc1234',
  extensions: extensionsOf(catalogueWith()),
};

const { names } = catalogueWith().providers;
/** In the words of a message that lists them. */
export const STRATEGY_NAMES = catalogueWith().strategies.names;
export const KNOWN_PROVIDERS = names.length > 1 ? `one of ${names.join(', ')}` : names.join();

/** And all kinds of stores. */
export const KNOWN_STORES = catalogueWith()
  .stores.names.map((each) => `${each}://`)
  .join(' or ');

/** The least that is a config. */
export const LEAST = `\
service: shop
strategy: canary
provider:
  local:
    command: node server.js
    edge: { port: 8080 }
`;

/** Loads a text as if it stood in /srv/shop/deploy.config.yaml. */
export async function loadText(text: string, options: Options = {}): Promise<ResolvedConfig> {
  const file = 'deploy.config.yaml';
  const tree = rootOf(parseYaml(text, file), file);
  return loadFrom({ path: `/srv/shop/${file}`, file, tree }, { ...OPTIONS, ...options });
}

/** The least config and more. */
export const loadWith = (text: string, options: Options = {}) => loadText(LEAST + text, options);

/** The error of a config that must not load. */
export async function errorOf(loading: Promise<unknown>): Promise<DeployError> {
  const error = await loading.then(
    () => new Error('it loaded'),
    (reason: unknown) => reason,
  );
  if (error instanceof DeployError) return error;
  throw error;
}

/** What is wrong, line by line, without the name of the file. */
export async function problemsOf(text: string, options: Options = {}): Promise<string[]> {
  const { why = '' } = await errorOf(loadText(text, options));
  return why.split('\n').map((line) => line.replace(/^deploy\.config\.yaml:/, ''));
}
