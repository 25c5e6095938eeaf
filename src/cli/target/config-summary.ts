import { resolve } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import type { ResolvedConfig } from '../../config/index.ts';
import { isConfigFile } from '../../config/source/file-kind.ts';
import { whyNotTaken } from '../../config/source/trust.ts';
import { hashOf } from '../../lib/canonical.ts';
import { type Input, textOption } from '../shell/command.ts';
import type { Composition, Opened } from '../shell/composition.ts';
import { configFile } from './config-file.ts';

/** As much of a config as says which target is meant. */
export type Whereabouts = Pick<ResolvedConfig, (typeof SUMMARY_KEYS)[number]>;

/**
 * What the config here says about the target; null when there is none. A config that is only text
 * says the same again for the same text and variables, so its answer is kept: `status` and
 * `rollback` then need neither a schema nor a parser.
 */
export async function whereabouts(
  input: Input,
  composition: Composition,
): Promise<Opened<Whereabouts> | null> {
  const { io, options } = input;
  const named = textOption(options, 'config');
  const file = named === undefined ? await ownFile(io) : resolve(io.cwd, named);
  if (file === null || configSummaryIsCode(file)) return null;
  const key = await configSummaryKeyOf(input, file);
  const kept = key === null ? null : keptIn(await composition.cache.get(key));
  if (kept !== null) return { config: kept, workspace: composition.bare };
  const found = await loadConfigSummary(input, composition, file);
  if (key !== null) await composition.cache.put(key, JSON.stringify(found.config));
  return found;
}

/** One of somebody else's is as good as none: whoever goes back at night may stand anywhere. */
async function ownFile(io: Input['io']): Promise<string | null> {
  const file = await configFile(io.cwd);
  const why = file === null ? null : whyNotTaken(file);
  if (why === null) return file;
  io.stderr.write(
    `warning: ${file} is not used as the config: ${why}. To use it, name it: --config FILE\n`,
  );
  return null;
}

/** Half written, after a power cut, it is found out anew: nobody shall need to know that it is kept. */
function keptIn(text: string | null): Whereabouts | null {
  try {
    const kept = JSON.parse(text ?? 'null') as Partial<Whereabouts> | null;
    const { service, folder, provider } = kept ?? {};
    const texts = [service, folder, provider?.name];
    const isWhole = texts.every((part) => typeof part === 'string') && provider?.settings;
    return isWhole ? (kept as Whereabouts) : null;
  } catch {
    return null;
  }
}

async function loadConfigSummary(
  { options }: Input,
  composition: Composition,
  file: string,
): Promise<Opened<Whereabouts>> {
  const environment = textOption(options, 'env');
  const request = { file, ...(environment === undefined ? {} : { environment }) };
  const { config, workspace } = await composition.locate(request);
  const { service, folder, store, history, provider } = config;
  const found = { service, environment: config.environment, folder, store, history, provider };
  return { config: found, workspace };
}

/**
 * A config that is a program says where it leads only when it runs, which nothing does that looks or
 * goes back: then the journal says it.
 */
const configSummaryIsCode = (file: string) => !/\.(ya?ml|json)$/.test(file);

/** What is kept of a config: another selection has other names. */
const SUMMARY_KEYS = ['service', 'environment', 'folder', 'store', 'history', 'provider'] as const;

const CONFIG_SUMMARY_VARIABLE = /\$\{env\.(\w+)/g;
/** What is computed anew for each release, or by code of others. */
const UNSTEADY = /\$\{(git|release)\b|^\s*"?plugins"?\s*:\s*(?!\[\s*\])\S/m;

/** Names a text with all it depends on; null for what runs code or asks git. */
async function configSummaryKeyOf({ io, options }: Input, file: string): Promise<string | null> {
  const content = (await isConfigFile(file)) ? await io.readFile(file).catch(() => null) : null;
  if (content === null) return null;
  const written = content.replaceAll(/^\s*#.*$|^release:.*$/gm, '');
  if (UNSTEADY.test(written)) return null;
  const names = [...written.matchAll(CONFIG_SUMMARY_VARIABLE)].map(([, name = '']) => name);
  const variables = names.map((name) => [name, io.env[name] ?? null]);
  return hashOf([
    manifest.version,
    SUMMARY_KEYS,
    file,
    textOption(options, 'env') ?? null,
    content,
    variables,
  ]).slice(0, 32);
}
