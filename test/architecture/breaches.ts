import { isBuiltin } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { type ImportDeclaration, type MemberExpression, parseSync, Visitor } from 'oxc-parser';
import {
  AMBIENT,
  ASYNCHRONOUS,
  ERRORS,
  LAYERS,
  type Layer,
  LONGEST_FILE,
  PACKAGES,
  SAFE,
  STRATEGY_DOORS,
  SYNCHRONOUS,
} from './layers.ts';
import { roomBreach } from './rooms.ts';

export const isAt = (file: string, places: readonly (string | RegExp)[]) =>
  places.some((place) => {
    if (place instanceof RegExp) return place.test(file);
    return place.endsWith('/') ? file.startsWith(place) : file === place;
  });

const layerOf = (file: string) => LAYERS.find(({ at }) => isAt(file, [at]));

/** Every breach of the tables above in one file; the path is relative to the repository. */
export function breachesOf(file: string, source: string): string[] {
  const { imports, words } = read(file, source);
  const lines = source.trimEnd().split('\n').length;
  const found = [
    ...imports.flatMap((specifier) => importBreaches(file, specifier)),
    ...AMBIENT.filter(({ what, only }) => words.has(what) && !isAt(file, only)).map(
      ({ what }) => `uses ${what}, which belongs at the edges`,
    ),
    ...SAFE.filter(({ what, only }) => words.has(what) && !isAt(file, only)).map(
      ({ what }) => `uses ${what}, which only src/lib/safe-files may`,
    ),
    ...(words.has(ERRORS.what) && !isAt(file, ERRORS.only)
      ? ['makes a DeployError, which belongs in the errors.ts of its room']
      : []),
    ...ASYNCHRONOUS.filter(
      (word) => words.has(word) && isAt(file, SYNCHRONOUS) && !isAt(file, [STRATEGY_DOORS]),
    ).map((word) => `uses ${word}, but this layer is pure and synchronous`),
    ...(layerOf(file) ? [] : ['lies in no layer of the table']),
    ...(lines > LONGEST_FILE ? [`has ${lines} lines, more than ${LONGEST_FILE}`] : []),
  ];
  return found.map((what) => `${file}: ${what}`);
}

function importBreaches(file: string, specifier: string): string[] {
  const layer = layerOf(file);
  if (!layer) return [];
  const place = PACKAGES.find(({ what }) => specifier === what || specifier.startsWith(`${what}/`));
  const upwards = roomBreach(file, specifier);
  return [
    ...(upwards ? [upwards] : []),
    ...(mayImport(file, layer, specifier)
      ? []
      : [`imports '${specifier}', which ${layer.name} must not`]),
    ...(place && !isAt(file, place.only)
      ? [`imports '${specifier}', which is only for ${place.only.join(' and ')}`]
      : []),
    ...(specifier.startsWith('.') && !/\.(ts|json)$/.test(specifier)
      ? [`imports '${specifier}' without its .ts ending`]
      : []),
  ];
}

function mayImport(file: string, layer: Layer, specifier: string): boolean {
  if (specifier.startsWith('.')) {
    const target = layerOf(normalize(join(dirname(file), specifier)));
    if (!target) return false;
    return target === layer || layer.to === 'any' || layer.to.includes(target.name);
  }
  const builtin = specifier.replace(/^node:/, '');
  if (!isBuiltin(specifier)) return layer.npm;
  return layer.node === 'any' || layer.node.includes(builtin);
}

/** The specifiers a source imports in any way, and the words it uses outside comments and strings. */
function read(file: string, source: string): { imports: string[]; words: Set<string> } {
  const { program, errors } = parseSync(file, source);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  const imports: string[] = [];
  const words = new Set<string>();
  const from = (node: { readonly source: unknown }) => {
    const { value } = (node.source ?? {}) as { value?: unknown };
    if (typeof value === 'string') imports.push(value);
  };
  const mark = (node: { readonly async: boolean }) => {
    if (node.async) words.add('async');
  };

  new Visitor({
    ImportDeclaration: (node) => {
      from(node);
      for (const word of wordsImported(node)) words.add(word);
    },
    ExportNamedDeclaration: from,
    ExportAllDeclaration: from,
    ImportExpression: from,
    TSImportType: from,
    Identifier: ({ name }) => {
      words.add(name);
    },
    MemberExpression: (node) => {
      for (const word of wordsOfMember(node)) words.add(word);
    },
    BinaryExpression: ({ operator, right }) => {
      if (operator === 'instanceof' && right.type === 'Identifier')
        words.add(`instanceof ${right.name}`);
    },
    NewExpression: ({ callee, arguments: given }) => {
      if (callee.type !== 'Identifier') return;
      words.add(given.length === 0 ? `new ${callee.name}()` : `new ${callee.name}`);
    },
    FunctionDeclaration: mark,
    FunctionExpression: mark,
    ArrowFunctionExpression: mark,
    AwaitExpression: () => {
      words.add('await');
    },
  }).visit(program);

  return { imports, words };
}

/** `import { env } from 'node:process'` is process.env by another name. */
function wordsImported({ source, specifiers }: ImportDeclaration): string[] {
  const module = source.value.replace(/^node:/, '');
  const names = specifiers.flatMap((specifier) =>
    specifier.type === 'ImportSpecifier' && 'name' in specifier.imported
      ? [specifier.imported.name]
      : [],
  );
  if (['process', 'net'].includes(module)) return names.map((name) => `${module}.${name}`);
  return module.startsWith('timers') ? names : [];
}

/** `process.env` and `process['env']`; `globalThis.process.env` too. */
function wordsOfMember({ object, property }: MemberExpression): string[] {
  const name = 'value' in property ? String(property.value) : 'name' in property && property.name;
  if (object.type === 'Identifier') return [`${object.name}.${name}`];
  if (object.type === 'MemberExpression' && 'name' in object.property) {
    return [`${object.property.name}.${name}`];
  }
  return [];
}
