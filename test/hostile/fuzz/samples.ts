import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Data } from './data.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

function samples(): string[] {
  const examples = join(ROOT, 'examples');
  const files = readdirSync(examples).filter((name) => name.endsWith('.yaml'));
  const short = files.map((name) => plainLines(join(examples, name)).join('\n'));
  return [...short, ...partsOf(plainLines(join(ROOT, 'deploy.config.example.yaml')))];
}

function plainLines(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, ''))
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

/** Each section with the ones that no config does without, so that each run is short. */
function partsOf(lines: readonly string[]): string[] {
  const sections: string[][] = [];
  for (const line of lines) {
    if (/^\S/.test(line)) sections.push([]);
    sections.at(-1)?.push(line);
  }
  const isNeeded = ([first = '']: readonly string[]) => /^(service|strategy|provider):/.test(first);
  const needed = sections.filter(isNeeded).flat();
  return sections
    .filter((section) => !isNeeded(section))
    .map((section) => [...needed, ...section].join('\n'));
}

function dataIn(node: unknown): Data {
  if (isMap(node))
    return { pairs: node.items.map(({ key, value }) => [String(key), dataIn(value)] as const) };
  if (isSeq(node)) return node.items.map(dataIn);
  return isScalar(node) ? (node.value as Data) : null;
}

/** The configs that are handed out, without their comments, and the long one in parts. */
export const SAMPLES = samples().map((text) => ({
  text,
  data: dataIn(parseDocument(text).contents),
}));
