import { basename, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeployError } from '../../contract/index.ts';
import { configInvalid } from '../errors.ts';
import type { ConfigTree, Mapping } from '../tree.ts';
import { child, mapping } from '../tree.ts';
import { findConfig, findNameFrom } from './find.ts';
import { readConfigText, textIn } from './text.ts';
import { valueTreeOf } from './value.ts';
import { parseYaml } from './yaml.ts';

export interface ConfigSource {
  /** Absolute. */
  readonly path: string;
  /** As a person in the folder names it. */
  readonly file: string;
  readonly tree: Mapping;
}

/** Finds (or takes the named) config and reads it. A js, mjs or ts config is imported: its code runs. */
export async function readConfig(folder: string, named?: string): Promise<ConfigSource> {
  const path = named === undefined ? await findConfig(folder) : resolve(folder, named);
  const file = findNameFrom(folder, path);
  return sourceOfTree(path, file, await readTree(path, file));
}

/** The same of bytes that were read already; they are text, and no code. */
export function configIn(path: string, file: string, bytes: Buffer): ConfigSource {
  return sourceOfTree(path, file, parseYaml(textIn(bytes, file), file));
}

function sourceOfTree(path: string, file: string, tree: ConfigTree): ConfigSource {
  return { path, file, tree: rootOf(inPackage(tree, path), file) };
}

/** An empty file is a config that lacks everything, which says more than that it is empty. */
export function rootOf(tree: ConfigTree, file: string): Mapping {
  if (tree.kind === 'map') return tree;
  if (tree.kind === 'scalar' && tree.value === null) return mapping([], tree.place);
  throw configInvalid(file, [
    { place: tree.place, text: 'expected keys, such as "service: shop"' },
  ]);
}

async function readTree(path: string, file: string): Promise<ConfigTree> {
  const text = await readConfigText(path, file);
  if (!['.js', '.mjs', '.cjs', '.ts', '.mts'].includes(extname(path))) return parseYaml(text, file);
  try {
    const module = await import(pathToFileURL(path).href);
    return valueTreeOf(module.default, file);
  } catch (error) {
    if (isDeployError(error)) throw error;
    const place = { file, line: null, column: null, path: '' };
    throw configInvalid(file, [{ place, text: `cannot be imported: ${firstLine(error)}` }]);
  }
}

function inPackage(tree: ConfigTree, path: string): ConfigTree {
  if (basename(path) !== 'package.json') return tree;
  return child(tree, 'deploy') ?? mapping([], tree.place);
}

const firstLine = (error: unknown) => String((error as Error)?.message ?? error).split('\n')[0];
