import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import type { PublicExplorer } from 'cosmiconfig';
import { configMissing, configUnreadable } from '../errors.ts';
import { isEndless } from './file-kind.ts';
import { demandOwnFile } from './trust.ts';

/** Where a config may stand, in this order. */
export const PLACES = [
  'deploy.config.yaml',
  'deploy.config.yml',
  'deploy.config.json',
  'deploy.config.js',
  'deploy.config.mjs',
  'deploy.config.ts',
  'package.json',
] as const;

/**
 * The config for a folder: the first of `deploy.config.{yaml,yml,json,js,mjs,ts}` or the key
 * `deploy` of package.json, looked for in the folder and its parents. The search ends with the
 * folder that holds `.git`, with the home folder, or at the root, whichever comes first.
 */
export async function findConfig(folder: string): Promise<string> {
  // Its front door first asks `.config/config.js` and package.json where the command is typed for
  // options, which runs code that no config names, and fails on a file that is none of our business.
  const { Explorer } = (await import('cosmiconfig/dist/Explorer.js')) as unknown as {
    Explorer: new (options: object) => PublicExplorer;
  };
  const explorer = new Explorer({
    moduleName: 'deploy',
    searchPlaces: [...PLACES],
    searchStrategy: 'none',
    ignoreEmptySearchPlaces: false,
    cache: false,
    transform: (found: unknown) => found,
    metaConfigFilePath: null,
    mergeImportArrays: true,
    mergeSearchPlaces: true,
    loaders: {
      '.yaml': presentFind,
      '.yml': presentFind,
      '.js': presentFind,
      '.mjs': presentFind,
      '.ts': presentFind,
      '.json': presentJson,
    },
  });
  for (const current of await foldersUp(folder)) {
    await refuseEndless(current);
    const result = await explorer.search(current).catch((error: NodeJS.ErrnoException) => {
      if (error.syscall === undefined) throw error;
      throw configUnreadable(findNameFrom(folder, error.path ?? current), error);
    });
    if (!result) continue;
    demandOwnFile(result.filepath);
    return result.filepath;
  }
  throw configMissing(PLACES, resolve(folder));
}

/** Cosmiconfig opens whatever has the name. */
async function refuseEndless(folder: string): Promise<void> {
  for (const place of PLACES) {
    if (await isEndless(join(folder, place))) throw configUnreadable(place, { code: 'ENOTSUP' });
  }
}

/** Cosmiconfig finds; reading is ours, with places and limits. */
const presentFind = () => ({});

function presentJson(path: string, content: string): unknown {
  if (!path.endsWith('package.json')) return {};
  try {
    const { deploy } = JSON.parse(content.replace(/^\ufeff/, ''));
    return deploy === undefined ? {} : { deploy: {} };
  } catch {
    return {};
  }
}

async function foldersUp(folder: string): Promise<string[]> {
  const folders = [];
  for (let current = resolve(folder); ; current = dirname(current)) {
    folders.push(current);
    if (current === homedir() || current === dirname(current)) return folders;
    if (await fileExists(join(current, '.git'))) return folders;
  }
}

async function fileExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** How a person who stands in the folder would name the file. */
export function findNameFrom(folder: string, path: string): string {
  const near = relative(folder, path) || '.';
  return near.startsWith('..') ? path : near;
}
