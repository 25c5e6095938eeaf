import { resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import type { ResolvedConfig } from '../config/index.ts';
import { hashOf } from '../lib/canonical.ts';
import { type Input, text } from './command.ts';
import type { Composition } from './composition.ts';
import { configFile } from './config-file.ts';

/** As much of a config as says which target is meant. */
export type Whereabouts = Pick<
  ResolvedConfig,
  'service' | 'environment' | 'folder' | 'store' | 'provider'
>;

/**
 * What the config here says about the target; null when there is none. A config that is only text
 * says the same again for the same text and variables, so its answer is kept: `status` and
 * `rollback` then need neither a schema nor a parser.
 */
export async function whereabouts(
  input: Input,
  composition: Composition,
): Promise<Whereabouts | null> {
  const { io, options } = input;
  const named = text(options, 'config');
  const file = named === undefined ? await configFile(io.cwd) : resolve(io.cwd, named);
  if (file === null) return null;
  const key = await keyOf(input, file);
  const kept = key === null ? null : await composition.cache.get(key);
  if (kept !== null) return JSON.parse(kept) as Whereabouts;
  const found = await load(input, composition, file);
  if (key !== null) await composition.cache.put(key, JSON.stringify(found));
  return found;
}

async function load(
  { options }: Input,
  composition: Composition,
  file: string,
): Promise<Whereabouts> {
  const environment = text(options, 'env');
  const request = { file, ...(environment === undefined ? {} : { environment }) };
  // What is deployed next is of no concern here, and may be unknown: outside a repository, say.
  const config = await composition.loadConfig({ ...request, release: 'any' });
  const { service, folder, store, provider } = config;
  return { service, environment: config.environment, folder, store, provider };
}

const VARIABLE = /\$\{env\.(\w+)/g;
/** What is computed anew for each release, or by code of others. */
const UNSTEADY = /\$\{(git|release)\b|^\s*"?plugins"?\s*:\s*(?!\[\s*\])\S/m;

/** Names a text with all it depends on; null for what runs code or asks git. */
async function keyOf({ io, options }: Input, file: string): Promise<string | null> {
  if (!/\.(ya?ml|json)$/.test(file)) return null;
  const content = await io.readFile(file).catch(() => null);
  if (content === null) return null;
  const written = content.replaceAll(/^\s*#.*$|^release:.*$/gm, '');
  if (UNSTEADY.test(written)) return null;
  const names = [...written.matchAll(VARIABLE)].map(([, name = '']) => name);
  const variables = names.map((name) => [name, io.env[name] ?? null]);
  return hashOf([manifest.version, file, text(options, 'env') ?? null, content, variables]).slice(
    0,
    32,
  );
}
