import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ownVocabulary } from '../../src/compose/reference.ts';
import { loadConfig } from '../../src/config/index.ts';
import { editorSchema } from '../../src/config/schema/editor.ts';
import { parseYaml } from '../../src/config/source/yaml.ts';
import { plain } from '../../src/config/tree.ts';
import { COMMON } from '../../src/settings/strategy.ts';
import { wholeConfigs } from '../documents/pages.ts';
import { OPTIONS, STRATEGY_NAMES } from './loading.ts';

const SCHEMA = editorSchema(await ownVocabulary());
const ROOT = new URL('../../', import.meta.url);
const FILE = 'deploy.config.example.yaml';
const loadExample = (environment?: string) =>
  loadConfig({ ...OPTIONS, folder: ROOT.pathname, file: FILE, environment });

it('the example is valid and uses every gate it defines', async () => {
  const config = await loadExample();
  expect(config.warnings).toEqual([]);
  expect(config).toMatchObject({
    service: 'shop',
    release: 'v2',
    strategy: 'canary',
    bootstrap: { release: 'v1', provider: { command: ['node', 'examples/shop/server.js'] } },
    provider: { name: 'local', settings: { edge: { port: 8080, metricsPort: 8081 } } },
  });
});

it('the example is valid in production too', async () => {
  const config = await loadExample('production');
  expect(config.environment).toBe('production');
  expect(config.strategies.canary.stages.map(({ weight }) => weight)).toEqual([1, 10, 50, 100]);
  expect(config.bootstrap).toBeNull();
  expect(config.provider.settings.replicas).toBe(4);
});

it('the demo asks nobody, and spends less than 20 seconds waiting', async () => {
  const { strategies } = await loadExample();
  const { canary } = strategies;
  const asking = [canary, ...canary.stages, strategies['blue-green']];
  expect(asking.map(({ approval }) => approval)).toEqual(asking.map(() => null));
  const held = canary.stages.reduce((sum, { duration }) => sum + duration, canary.bake.duration);
  expect(held).toBeLessThan(20_000);
});

/** An extension shows its own keys in its own folder; what all configs may say is in the one at the top. */
const EXAMPLES = [
  FILE,
  'examples/gates.yaml',
  ...globSync('{providers,gates,stores,strategies}/*/{example,examples/*}.yaml', {
    cwd: ROOT.pathname,
  }).toSorted(),
];

it.each(EXAMPLES)('%s is valid', async (file) => {
  const config = await loadConfig({ ...OPTIONS, folder: ROOT.pathname, file });
  expect(config.warnings).toEqual([]);
});

const ACCESS = /^gates\.\*\.[a-z-]+\.((?:auth|tls)(?:\.\w+)*)$/;
/** Each of the three ways to a secret is shown somewhere. */
const REFERENCE = /(?<=^(?:gates|provider\.kubernetes\.secrets)\..*)\.from(?:Env|File|Command)$/;

/** Stores of AWS are shown whole in the environment of a service: they are the same wherever a reference stands. */
const OF_AWS = /(?<!^provider\.local\.env\.\*)\.fromAws(?:Secret|Parameter)(?:\.\w+)?$/;

/** Known only so that whoever has one is told what to use. */
const REFUSED = 'provider.kubernetes.router.trafficSplit';

it('every key of the schema occurs in an example', async () => {
  const texts = await Promise.all(
    EXAMPLES.map(async (file) => [file, await readFile(new URL(file, ROOT), 'utf8')] as const),
  );
  const shown = new Set(
    [...texts, ...wholeConfigs].flatMap(([file, text]) => pathsOf(plain(parseYaml(text, file)))),
  );
  const keys = schemaPaths(SCHEMA);
  expect(keys.length).toBeGreaterThan(150);
  // What all strategies take is shown once, in whichever of them; so is how a gate says who asks.
  const sections = ['defaults', ...STRATEGY_NAMES];
  const ofAccess = new Set([...shown].flatMap((key) => ACCESS.exec(key)?.[1] ?? []));
  const isShown = (key: string): boolean => {
    if (REFERENCE.test(key)) return isShown(key.replace(REFERENCE, ''));
    if (OF_AWS.test(key))
      return ['', '.fromEnv', '.fromCommand'].some((way) => isShown(key.replace(OF_AWS, way)));
    const access = ACCESS.exec(key)?.[1];
    if (access !== undefined) return ofAccess.has(access);
    const [section = '', first = '', ...rest] = key.split('.');
    if (!sections.includes(section) || !Object.hasOwn(COMMON, first)) return shown.has(key);
    return sections.some((one) => shown.has([one, first, ...rest].join('.')));
  };
  expect(keys.filter((key) => key !== REFUSED && !isShown(key))).toEqual([]);
});

it('every key of the schema is described', () => {
  const undescribed: string[] = [];
  schemaPaths(SCHEMA, (path, node) => {
    if (!node.description) undescribed.push(path);
  });
  expect(undescribed).toEqual([]);
});

it('the schema for editors is up to date (npm run schema)', async () => {
  const written = await readFile(new URL('schema/deploy.config.schema.json', ROOT), 'utf8');
  expect(written).toBe(`${JSON.stringify(SCHEMA, null, 2)}\n`);
});

it('the schema for editors tells the defaults, those of numbers and flags too', () => {
  const defaults: Record<string, unknown> = {};
  schemaPaths(SCHEMA, (path, node) => {
    defaults[path] ??= node.default;
  });
  expect(defaults).toMatchObject({
    'gates.*.consecutive': 1,
    'gates.*.errorLimit': 4,
    'gates.*.load.concurrency': 64,
    'gates.*.interval': '5s',
    'provider.local.replicas': 1,
    'provider.local.versionVariable': 'VERSION',
    'rolling.maxFailures': 0,
    'defaults.watch': [],
  });
});

it('the first line of the example points editors at the schema', async () => {
  const [line] = (await readFile(new URL(FILE, ROOT), 'utf8')).split('\n');
  expect(line).toBe('# yaml-language-server: $schema=./schema/deploy.config.schema.json');
});

/** Options that stand in many sections count once: those of all strategies, of phases, of answers. */
function once(path: string): string {
  const common = Object.keys(COMMON).join('|');
  return path
    .replace(/^environments\.\*\./, '')
    .replace(new RegExp(`^(canary|blue-green|rolling)\\.(${common})\\b`), 'defaults.$2')
    .replace(/^bootstrap\.provider\.(?!local)/, 'provider.local.')
    .replace(/hooks\.\w+\./, 'hooks.*.')
    .replace(/hooks\.\*\.(before|after)\./, 'hooks.*.each.')
    .replace(/\b(ready|live)\./, 'ready.')
    .replace(/\b(token|bypass)\.(?=from)/, 'token.')
    .replace(/.*\.headers\.\*\.(?=from)/, 'headers.*.')
    .replace(/.*\.expect\./, 'expect.')
    .replace(/.*\.(approval|match)\./, '$1.');
}

/** Names that a person chooses are `*`. */
const NAMED =
  /^(environments|gates|provider\.local\.env|provider\.kubernetes\.secrets(\.\*)?|.*\.(headers|capture|expect\.json))$/;

function pathsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, path));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const isNamed = NAMED.test(once(`${path}.`.slice(0, -1)));
    const here = once(path === '' ? key : `${path}.${isNamed ? '*' : key}`);
    return [here, ...pathsOf(inner, here === 'environments.*' ? '' : here)];
  });
}

interface Node {
  readonly [key: string]: unknown;
  readonly description?: string;
}

function schemaPaths(root: Node, visit: (path: string, node: Node) => void = () => {}): string[] {
  const definitions = root.definitions as Record<string, Node>;
  const found = new Set<string>();
  const walk = (node: Node, path: string) => {
    const target = resolve(node, definitions);
    const properties = (target.properties ?? {}) as Record<string, Node>;
    for (const [key, inner] of Object.entries(properties))
      enter(inner, path === '' ? key : `${path}.${key}`);
    const others = target.additionalProperties;
    if (typeof others === 'object') enter(others as Node, `${path}.*`);
    if (target.items) walk(target.items as Node, path);
    for (const option of (target.anyOf ?? []) as Node[]) walk(option, path);
  };
  const enter = (node: Node, path: string) => {
    const here = once(path);
    if (here === 'environments.*' || here === '$schema') return;
    if (!here.endsWith('*')) {
      found.add(here);
      visit(here, resolve(node, definitions));
    }
    walk(node, here);
  };
  walk(root, '');
  return [...found];
}

const resolve = (node: Node, definitions: Record<string, Node>): Node =>
  typeof node.$ref === 'string'
    ? {
        ...definitions[node.$ref.replace('#/definitions/', '')],
        ...(node.description ? { description: node.description } : {}),
      }
    : node;
