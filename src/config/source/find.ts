import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { DeployError } from '../../contract/index.ts';

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
  const { cosmiconfig } = await import('cosmiconfig');
  const explorer = cosmiconfig('deploy', {
    searchPlaces: [...PLACES],
    searchStrategy: 'none',
    ignoreEmptySearchPlaces: false,
    cache: false,
    loaders: {
      '.yaml': present,
      '.yml': present,
      '.js': present,
      '.mjs': present,
      '.ts': present,
      '.json': presentJson,
    },
  });
  for (const current of await foldersUp(folder)) {
    const result = await explorer.search(current);
    if (result) return result.filepath;
  }
  throw configMissing(folder);
}

/** Cosmiconfig finds; reading is ours, with places and limits. */
const present = () => ({});

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
    if (await exists(join(current, '.git'))) return folders;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function configMissing(folder: string): DeployError {
  return new DeployError('config-missing', {
    message: 'There is no deploy config here',
    why: `Looked for ${PLACES.slice(0, -1).join(', ')} and the key "deploy" of package.json, from ${resolve(folder)} up to the folder of the repository.`,
    state: 'Nothing was touched.',
    next: ['deployctl init', 'deployctl validate --config FILE'],
  });
}

/** How a person who stands in the folder would name the file. */
export function nameFrom(folder: string, path: string): string {
  const near = relative(folder, path) || '.';
  return near.startsWith('..') ? path : near;
}
