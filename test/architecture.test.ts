import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { type ImportDeclaration, type MemberExpression, parseSync, Visitor } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { ROOMS, roomBreach } from './architecture/rooms.ts';

/** What a strategy says of itself: its settings, which are described with a library, and its parts put together. */
const STRATEGY_DOORS = /^strategies\/[^/]+\/(index|settings)\.ts$/;

const ANYTHING = { npm: true, node: 'any' } as const;

/**
 * Who may import whom. `to` names layers of this repository; a layer may always import itself.
 * `npm` is whether packages may be imported at all, `node` which built-in modules may be.
 */
const LAYERS: readonly Layer[] = [
  { name: 'contract', at: 'src/contract/', to: [], npm: false, node: [] },
  { name: 'lib', at: 'src/lib/', to: [], npm: false, node: 'any' },
  { name: 'judge', at: 'src/judge/', to: ['contract', 'lib'], npm: false, node: [] },
  {
    name: 'engine',
    at: 'src/engine/',
    to: ['contract', 'judge', 'lib'],
    npm: false,
    node: ['crypto'],
  },
  {
    name: 'strategy doors',
    at: STRATEGY_DOORS,
    to: ['strategies', 'contract', 'settings', 'lib'],
    npm: true,
    node: [],
  },
  { name: 'strategies', at: 'strategies/', to: ['contract', 'lib'], npm: false, node: [] },
  { name: 'clients', at: 'src/clients/', to: ['contract', 'lib'], npm: true, node: 'any' },
  {
    name: 'providers',
    at: 'providers/',
    to: ['contract', 'settings', 'lib', 'clients'],
    ...ANYTHING,
  },
  { name: 'gates', at: 'gates/', to: ['contract', 'settings', 'lib', 'clients'], ...ANYTHING },
  { name: 'stores', at: 'stores/', to: ['contract', 'settings', 'lib', 'clients'], ...ANYTHING },
  {
    name: 'reporters',
    at: 'reporters/',
    to: ['contract', 'settings', 'lib', 'clients'],
    ...ANYTHING,
  },
  { name: 'settings', at: 'src/settings/', to: ['contract', 'lib'], npm: true, node: [] },
  { name: 'config', at: 'src/config/', to: ['contract', 'lib', 'settings'], ...ANYTHING },
  {
    name: 'cli',
    at: 'src/cli/',
    to: ['contract', 'config', 'engine', 'lib', 'manifest'],
    ...ANYTHING,
  },
  { name: 'compose', at: 'src/compose/', to: 'any', ...ANYTHING },
  {
    name: 'main',
    at: 'src/main.ts',
    to: ['cli', 'compose', 'host', 'manifest'],
    npm: false,
    node: [],
  },
  { name: 'plug-ins', at: 'src/plug-ins/', to: ['contract', 'lib'], npm: false, node: 'any' },
  {
    name: 'host',
    at: 'src/host/',
    to: ['cli', 'contract', 'clients', 'lib'],
    npm: false,
    node: 'any',
  },
  { name: 'dev', at: 'src/dev.ts', to: ['main'], npm: false, node: [] },
  { name: 'manifest', at: 'package.json', to: [], npm: false, node: [] },
];

/** Packages with a place of their own. */
const PACKAGES: readonly Confined[] = [
  { what: 'chalk', only: ['reporters/', 'src/cli/'] },
  { what: 'ora', only: ['reporters/', 'src/cli/'] },
  { what: 'commander', only: ['reporters/', 'src/cli/'] },
  { what: 'execa', only: ['providers/', 'src/clients/'] },
];

/** Doors to the process and its time, and where they may be used. */
const EDGES = ['src/host/', 'src/lib/clock.ts', 'reporters/'];
const AMBIENT: readonly Confined[] = [
  { what: 'process.exit', only: [] },
  { what: 'process.env', only: [...EDGES, 'providers/local/'] },
  { what: 'Date.now', only: [...EDGES, 'providers/local/'] },
  { what: 'new Date()', only: [...EDGES, 'providers/local/'] },
  { what: 'setTimeout', only: [...EDGES, 'providers/local/', 'src/clients/'] },
  { what: 'setInterval', only: [...EDGES, 'providers/local/', 'src/clients/'] },
  { what: 'console', only: EDGES },
  // A plug-in may bring its own copy of these classes: isDeployError and isProviderError know them.
  { what: 'instanceof DeployError', only: [] },
  { what: 'instanceof ProviderError', only: [] },
];

/** One room knows whose a folder is: nobody else makes one, finds state, or connects to a process here. */
const FOLDERS = ['src/lib/safe-files/', 'stores/file/'];
const PEERS = ['src/lib/safe-files/', 'providers/local/keeper/lock.ts'];
/** These speak to servers of the user's, by TCP. */
const BY_TCP = ['gates/', 'providers/local/replica/probe.ts', 'providers/local/edge/'];
const SAFE: readonly Confined[] = [
  ...['mkdir', 'mkdirSync', 'mkdtemp', 'mkdtempSync', 'tmpdir'].map((what) => ({
    what,
    only: FOLDERS,
  })),
  { what: 'net.connect', only: [...PEERS, ...BY_TCP] },
  { what: 'net.createConnection', only: [...PEERS, ...BY_TCP] },
  ...['stateHome', 'cacheHome'].map((what) => ({
    what,
    only: [
      'src/lib/',
      'src/host/cache.ts',
      'src/cli/doctor/folder-check.ts',
      'src/cli/unit/',
      'providers/local/home/folder.ts',
    ],
  })),
];

/** Layers of one file, which the document does not list. */
const NOT_TOLD = ['strategy doors', 'dev', 'manifest'];

/** Words a pure, synchronous layer cannot contain. */
const ASYNCHRONOUS = ['async', 'await', 'Promise'];
const SYNCHRONOUS = ['strategies/'];

const LONGEST_FILE = 300;

interface Layer {
  readonly name: string;
  readonly at: string | RegExp;
  readonly to: 'any' | readonly string[];
  readonly npm: boolean;
  readonly node: 'any' | readonly string[];
}

interface Confined {
  readonly what: string;
  readonly only: readonly string[];
}

const isAt = (file: string, places: readonly (string | RegExp)[]) =>
  places.some((place) => {
    if (place instanceof RegExp) return place.test(file);
    return place.endsWith('/') ? file.startsWith(place) : file === place;
  });

const layerOf = (file: string) => LAYERS.find(({ at }) => isAt(file, [at]));

/** Every breach of the tables above in one file; the path is relative to the repository. */
function breachesOf(file: string, source: string): string[] {
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
      if (callee.type === 'Identifier' && given.length === 0) words.add(`new ${callee.name}()`);
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

const root = join(import.meta.dirname, '..');
const everyFile = globSync('{src,strategies,providers,gates,stores,reporters}/**/*.ts', {
  cwd: root,
}).sort();
const breachesIn = (places: readonly string[]) =>
  everyFile
    .filter((file) => isAt(file, places))
    .flatMap((file) => breachesOf(file, readFileSync(join(root, file), 'utf8')));

describe('the source', () => {
  it.each([
    ['the contract imports nothing', ['src/contract/']],
    ['the library imports nothing of the product', ['src/lib/']],
    ['the engine imports only contract, judge and lib, and no package', ['src/engine/']],
    ['judging imports only contract and lib, and does no I/O', ['src/judge/']],
    ['strategies import only contract and lib, and are pure and synchronous', ['strategies/']],
    ['providers import only contract, settings, lib and clients', ['providers/']],
    ['gates import only contract, settings, lib and clients', ['gates/']],
    ['stores import only contract, settings, lib and clients', ['stores/']],
    ['clients import only contract, lib and their SDK', ['src/clients/']],
    ['reporters import only contract, settings, lib and clients', ['reporters/']],
    ['words of settings import only contract and lib', ['src/settings/']],
    ['the config imports only contract, settings and lib', ['src/config/']],
    ['the command line imports only contract, config, engine and lib', ['src/cli/']],
    [
      'main imports only the command line, the composition and the host',
      ['src/main.ts', 'src/dev.ts'],
    ],
    [
      'the host imports only contract, clients, lib and the shell of the command line',
      ['src/host/'],
    ],
    ['the composition stays within the common rules', ['src/compose/']],
  ])('%s', (_, places) => {
    expect(breachesIn(places)).toEqual([]);
  });

  it('has no file outside the table, and every file keeps every rule', () => {
    expect(everyFile.length).toBeGreaterThan(0);
    expect(
      breachesIn(['src/', 'strategies/', 'providers/', 'gates/', 'stores/', 'reporters/']),
    ).toEqual([]);
  });
});

describe('rooms', () => {
  it('of a list all exist', () => {
    for (const [folder, rooms] of Object.entries(ROOMS)) {
      for (const room of rooms) {
        const place = `${folder}${room}`;
        expect(everyFile.some((file) => file === place || file.startsWith(`${place}/`))).toBe(true);
      }
    }
  });
});

describe('docs/architecture.md', () => {
  const document = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const rowsBelow = (header: string) =>
    document
      .split(`\n${header}\n`)
      .slice(1)
      .map((part) => part.split('\n\n')[0]?.split('\n').slice(1) ?? []);
  const coded = (text = '') => [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

  it('names the rooms of a large folder in their order', () => {
    const told = rowsBelow('| room | |').map((rows) =>
      rows.flatMap((row) => coded(row.split('|')[1])),
    );
    const known = Object.values(ROOMS).map((rooms) =>
      rooms.filter((room) => !room.endsWith('.ts')),
    );
    expect(told).toEqual(known);
  });

  it('says of each layer what it may import', () => {
    const [rows = []] = rowsBelow('| | may import |');
    const told = rows.flatMap((row) => {
      const [, names, may = ''] = row.split('|');
      const isLayer = (word: string) => LAYERS.some(({ name }) => name === word);
      const to = may.includes('everything') ? 'any' : coded(may).filter(isLayer).sort();
      return coded(names).map((name) => [name, to]);
    });
    const known = LAYERS.filter(({ name }) => !NOT_TOLD.includes(name)).map(({ name, to }) => [
      name,
      to === 'any' ? to : to.filter((layer) => layer !== 'manifest').sort(),
    ]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(known));
  });
});

describe('a planted breach is found', () => {
  it.each<[sentence: string, file: string, source: string, told: string]>([
    ['contract → lib', 'src/contract/a.ts', "import '../lib/clock.ts';", 'contract must not'],
    ['contract → built-in', 'src/contract/a.ts', "import 'node:fs';", 'contract must not'],
    ['lib → contract', 'src/lib/a.ts', "export * from '../contract/a.ts';", 'lib must not'],
    ['lib → package', 'src/lib/a.ts', "import 'zod';", "'zod'"],
    [
      'engine → stores',
      'src/engine/a.ts',
      "import '../../stores/file/index.ts';",
      'engine must not',
    ],
    [
      'engine → strategies, as a type',
      'src/engine/a.ts',
      "import type { A } from '../../strategies/a.ts';",
      'engine must not',
    ],
    [
      'engine → gates, as an inline type',
      'src/engine/a.ts',
      "type A = import('../../gates/a.ts').A;",
      'engine must not',
    ],
    [
      'engine → providers, lazily',
      'src/engine/a.ts',
      "await import('../../providers/index.ts');",
      'engine must not',
    ],
    ['engine → files', 'src/engine/a.ts', "import 'node:fs';", 'engine must not'],
    ['engine → bare built-in', 'src/engine/a.ts', "import 'fs';", 'engine must not'],
    [
      'engine → execa',
      'src/engine/a.ts',
      "import 'execa';",
      'only for providers/ and src/clients/',
    ],
    [
      'strategies → engine',
      'strategies/a.ts',
      "import '../src/engine/run.ts';",
      'strategies must not',
    ],
    [
      'strategy settings → engine',
      'strategies/a/settings.ts',
      "import '../../src/engine/run.ts';",
      'strategy doors must not',
    ],
    [
      'a strategy → its settings',
      'strategies/a/plan.ts',
      "import './settings.ts';",
      'strategies must not',
    ],
    ['strategies → clock', 'strategies/a.ts', "import 'node:timers';", 'strategies must not'],
    [
      'providers → engine',
      'providers/a/b.ts',
      "import '../../src/engine/run.ts';",
      'providers must not',
    ],
    ['judge → gates', 'src/judge/a.ts', "import '../../gates/http.ts';", 'judge must not'],
    ['judge → files', 'src/judge/a.ts', "import 'node:fs';", 'judge must not'],
    ['gates → stores', 'gates/a/b.ts', "import '../../stores/file/index.ts';", 'gates must not'],
    [
      'stores → gates',
      'stores/a/b.ts',
      "export { a } from '../../gates/http.ts';",
      'stores must not',
    ],
    [
      'clients → providers',
      'src/clients/a.ts',
      "import '../../providers/index.ts';",
      'clients must not',
    ],
    [
      'reporters → engine',
      'reporters/a/b.ts',
      "import '../../src/engine/run.ts';",
      'reporters must not',
    ],
    ['settings → config', 'src/settings/a.ts', "import '../config/index.ts';", 'settings must not'],
    ['config → cli', 'src/config/a.ts', "import '../cli/program.ts';", 'config must not'],
    ['cli → compose', 'src/cli/a.ts', "import '../compose/index.ts';", 'cli must not'],
    [
      'cli → providers',
      'src/cli/commands/a.ts',
      "import '../../../providers/index.ts';",
      'cli must not',
    ],
    ['main → engine', 'src/main.ts', "import './engine/run.ts';", 'main must not'],
    ['anything → main', 'src/config/a.ts', "import '../main.ts';", 'config must not'],
    ['product → tests', 'src/lib/a.ts', "import '../../test/helpers/setup.ts';", 'lib must not'],
    ['a folder of no layer', 'src/utils/a.ts', '', 'no layer'],
    ['an import without ending', 'src/engine/a.ts', "import './run';", '.ts ending'],
    ['chalk in a provider', 'providers/local/a.ts', "import 'chalk';", 'only for reporters/'],
    ['ora in a gate', 'gates/a/b.ts', "import 'ora';", 'only for reporters/'],
    ['commander in the config', 'src/config/a.ts', "import 'commander';", 'only for reporters/'],
    ['execa in a store', 'stores/a/b.ts', "await import('execa');", 'only for providers/'],
    ['process.exit in main', 'src/main.ts', 'process.exit(1);', 'process.exit'],
    ['process.exit in a provider', 'providers/local/a.ts', 'process.exit(1);', 'process.exit'],
    ['exit by import', 'src/cli/a.ts', "import { exit } from 'node:process';", 'process.exit'],
    ['process.env in the config', 'src/config/a.ts', "process['env'];", 'process.env'],
    ['process.env the long way', 'src/cli/a.ts', 'globalThis.process.env;', 'process.env'],
    ['Date.now in the engine', 'src/engine/a.ts', 'Date.now();', 'Date.now'],
    ['the present date in the engine', 'src/engine/a.ts', 'new Date();', 'new Date()'],
    ['setTimeout in a gate', 'gates/a/b.ts', 'setTimeout(() => {}, 1);', 'setTimeout'],
    [
      'setInterval in the kubernetes provider',
      'providers/kubernetes/a.ts',
      'globalThis.setInterval(f, 1);',
      'setInterval',
    ],
    [
      'a timer by import',
      'gates/a/b.ts',
      "import { setTimeout as later } from 'node:timers/promises';",
      'setTimeout',
    ],
    [
      'an error told by its class',
      'src/engine/a.ts',
      'if (e instanceof ProviderError) f();',
      'instanceof ProviderError',
    ],
    ['console in the command line', 'src/cli/a.ts', "console.log('');", 'console'],
    ['console in the local provider', 'providers/local/a.ts', "console.log('');", 'console'],
    ['an async strategy', 'strategies/a.ts', 'export async function f() {}', 'uses async'],
    [
      'an async arrow in a strategy',
      'strategies/a.ts',
      'export const f = async () => {};',
      'uses async',
    ],
    ['await in a strategy', 'strategies/a.ts', 'await f();', 'uses await'],
    [
      'a promise in a strategy',
      'strategies/a.ts',
      'export type A = Promise<void>;',
      'uses Promise',
    ],
    [
      'a folder made elsewhere',
      'providers/local/a.ts',
      "mkdirSync('a');",
      'only src/lib/safe-files',
    ],
    [
      'a folder for temporary files',
      'src/cli/a.ts',
      "import { tmpdir } from 'node:os';",
      'only src/lib/safe-files',
    ],
    [
      'the control socket by another way',
      'providers/local/a.ts',
      "import { connect } from 'node:net';",
      'uses net.connect',
    ],
    ['state found by another way', 'stores/a/b.ts', 'stateHome(env);', 'uses stateHome'],
    [
      'a room → one above it',
      'src/engine/journal/a.ts',
      "import '../lock/b.ts';",
      'above its room',
    ],
    ['a room → the door', 'src/engine/run/a.ts', "import '../index.ts';", 'above its room'],
    ['a room of no list', 'src/engine/a/b.ts', "import '../world/c.ts';", 'no room'],
    ['301 lines', 'src/cli/a.ts', '//\n'.repeat(301), 'has 301 lines'],
  ])('%s', (_, file, source, told) => {
    const breaches = breachesOf(file, source);
    expect(breaches.join('\n')).toContain(told);
    expect(breaches.every((breach) => breach.startsWith(`${file}: `))).toBe(true);
  });
});

describe('what is allowed is left alone', () => {
  it.each<[sentence: string, file: string, source: string]>([
    [
      'the engine on contract, lib and itself',
      'src/engine/a.ts',
      "import '../contract/index.ts'; import '../lib/clock.ts'; import './b.ts';",
    ],
    [
      'a room on those below it',
      'src/engine/run/a.ts',
      "import '../lock/session.ts'; import './b.ts'; import '../../contract/index.ts';",
    ],
    [
      'the composition on everything',
      'src/compose/index.ts',
      "import('../../providers/index.ts'); import('../../stores/file/index.ts');",
    ],
    [
      'main on the command line',
      'src/main.ts',
      "import('./cli/program.ts'); import('./compose/index.ts'); export * from './host/io.ts';",
    ],
    ['the environment in the host', 'src/host/a.ts', 'process.env;'],
    ['chalk in a reporter', 'reporters/a/b.ts', "import 'chalk'; console.log(Date.now());"],
    ['execa in a client', 'src/clients/a.ts', "import { execa } from 'execa';"],
    [
      'time in the local provider',
      'providers/local/a.ts',
      'setTimeout(f, Date.now()); process.env;',
    ],
    ['timers in a client', 'src/clients/a.ts', 'setTimeout(f, 1);'],
    ['a date of a given time', 'src/engine/a.ts', 'new Date(0);'],
    [
      'words in comments and strings',
      'strategies/a.ts',
      "// await console.log\nexport const a = 'process.exit(1) import x';",
    ],
    ['300 lines', 'src/cli/a.ts', '//\n'.repeat(300)],
  ])('%s', (_, file, source) => {
    expect(breachesOf(file, source)).toEqual([]);
  });
});
