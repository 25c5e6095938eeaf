import { existsSync, readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { GATE_SOURCES } from '../../src/compose/gates.ts';
import { PROVIDERS } from '../../src/compose/providers.ts';
import { STORES } from '../../src/compose/stores.ts';
import type { Metric } from '../../src/contract/index.ts';
import { formatDuration } from '../../src/lib/duration.ts';
import {
  cell,
  entryOf,
  known,
  type Node,
  rows,
  schema,
  sectionOf,
  table,
  without,
} from './tables.ts';

/** Kinds of extensions, as their folders are called here and in the reference. */
const NAMES = {
  providers: known.names.providers,
  gates: known.names.sources,
  strategies: known.names.strategies,
  stores: Object.keys(STORES),
} as const;

export type ExtensionKind = keyof typeof NAMES;
export const KINDS = Object.keys(NAMES) as readonly ExtensionKind[];

/** Seen from the folder of the reference. */
export const links = (kind: ExtensionKind): string =>
  NAMES[kind].map((name) => `[\`${name}\`](${kind}/${name}.md)`).join(', ');

const ROOT = new URL('../../', import.meta.url);
const textOf = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const EXAMPLE = 'deploy.config.example.yaml';
const exampleOf = (kind: ExtensionKind, name: string): string | null => {
  const path = `${kind}/${name}/example.yaml`;
  return existsSync(new URL(path, ROOT)) ? path : null;
};

/** Path below the folder of the reference, and the page. */
export async function extensionPages(): Promise<readonly (readonly [string, string])[]> {
  const pages = KINDS.flatMap((kind) =>
    NAMES[kind].map(async (name) => [`${kind}/${name}.md`, await pageOf(kind, name)] as const),
  );
  return [['README.md', indexPage()], ...(await Promise.all(pages))];
}

const BODIES: Readonly<Record<ExtensionKind, (name: string) => Promise<readonly string[]>>> = {
  providers: providerBody,
  gates: gateBody,
  strategies: strategyBody,
  stores: storeBody,
};

const TITLES: Readonly<Record<ExtensionKind, string>> = {
  providers: 'provider',
  gates: 'gate source',
  strategies: 'strategy',
  stores: 'store',
};

async function pageOf(kind: ExtensionKind, name: string): Promise<string> {
  const parts = await BODIES[kind](name);
  const guide = [`docs/${name}.md`, `${kind}/${name}/README.md`].find((path) =>
    existsSync(new URL(path, ROOT)),
  );
  const more =
    kind === 'providers' && guide ? [`How to work with it: [${guide}](../../../${guide}).`] : [];
  return `${[`# The ${TITLES[kind]} ${name}`, WRITTEN, ...parts, ...more].join('\n\n')}\n`;
}

const WRITTEN =
  'Written by `npm run reference` from what the program itself uses. What all have in common: [config](../config.md).';

async function providerBody(name: string): Promise<readonly string[]> {
  const providers = sectionOf(schema.properties?.provider ?? {}).properties ?? {};
  const via = (await PROVIDERS[name]?.())?.via ?? [];
  return [
    ...described(providers[name] ?? {}),
    `## Keys of \`provider.${name}\``,
    table(rows(sectionOf(providers[name] ?? {}))),
    ...viaWords(via),
    ...example('providers', name, (config) => ({ provider: config.provider })),
  ];
}

async function gateBody(name: string): Promise<readonly string[]> {
  const gates = entryOf(schema.properties?.gates ?? {}).properties ?? {};
  const node = gates[name] ?? {};
  const keys = rows(sectionOf(node));
  return [
    ...described(node),
    `## Keys of \`gates.NAME.${name}\``,
    keys.length > 0 ? table(keys) : 'None.',
    ...(await metricFacts(name)),
    ...example('gates', name, (config) => ({ gates: gatesWith(config, name) })),
  ];
}

async function strategyBody(name: string): Promise<readonly string[]> {
  const { properties = {} } = schema;
  const common = sectionOf(properties.defaults ?? {}).properties ?? {};
  return [
    ...described(properties[name] ?? {}),
    `## Keys of \`${name}\``,
    table(rows(without(sectionOf(properties[name] ?? {}).properties, common))),
    'Besides, [the options of every strategy](../config.md#options-of-every-strategy).',
    ...example('strategies', name, (config) => ({ [name]: config[name] })),
  ];
}

async function storeBody(name: string): Promise<readonly string[]> {
  const { words, url, parameters = {}, via = [] } = (await STORES[name]?.()) ?? {};
  const lines = Object.entries(parameters).map(([key, what]) => `| \`${key}\` | ${cell(what)} |`);
  return [
    ...(words ? [words] : []),
    ...(url ? ['## Its URL', `\`\`\`\n${url}\n\`\`\``] : []),
    ...(lines.length > 0 ? [['| parameter | |', '|---|---|', ...lines].join('\n')] : []),
    ...viaWords(via),
  ];
}

const described = ({ description }: Node) => (description ? [description] : []);

function viaWords(via: readonly string[]): readonly string[] {
  if (via.length === 0) return [];
  const words = via.map((key) => `\`--via ${key}=NAME\``).join(', ');
  return [`This machine's own names, which no record holds: ${words}.`];
}

type Written = Readonly<Record<string, unknown>>;

/** The folder's own, whole; else what the example of everything says about it. */
function example(
  kind: ExtensionKind,
  name: string,
  part: (config: Written) => object,
): readonly string[] {
  const own = exampleOf(kind, name);
  const text = own ? textOf(own) : stringify(part(parse(textOf(EXAMPLE))), { lineWidth: 0 });
  const from = own ?? EXAMPLE;
  return [
    '## Example',
    `From [${from}](../../../${from}):`,
    `\`\`\`yaml\n${text.trimEnd()}\n\`\`\``,
  ];
}

function gatesWith({ gates }: Written, source: string): Written {
  const entries = Object.entries(gates as Readonly<Record<string, Written>>);
  return Object.fromEntries(entries.filter(([, gate]) => Object.hasOwn(gate, source)));
}

/** What follows for a gate from what it measures; said of each gate of the example. */
async function metricFacts(name: string): Promise<readonly string[]> {
  const kind = await GATE_SOURCES[name]?.();
  const from = exampleOf('gates', name) ?? EXAMPLE;
  const gates = Object.entries(gatesWith(parse(textOf(from)), name));
  const lines = gates.map(([gate, written]) => {
    const settings = known.sources[name]?.schema.parse((written as Written)[name]);
    return metricRow(gate, kind?.metric(settings as never) as Metric);
  });
  return [
    '## What it measures',
    'Of the gates in the example below:',
    [
      '| gate | unit | about | delay | limit where none is named | samples for a pass | compared with stable |',
      '|---|---|---|---|---|---|---|',
      ...lines,
    ].join('\n'),
  ];
}

function metricRow(gate: string, metric: Metric): string {
  const { unit, windowed, delay = 0, align = 0, minSamples = 1, max, comparable } = metric;
  const aligned = align > 0 ? `, aligned to ${formatDuration(align)}` : '';
  return `| \`${gate}\` | ${unit} | ${windowed ? `closed windows${aligned}` : 'this moment'} | ${delay > 0 ? formatDuration(delay) : 'none'} | ${max ?? 'none'} | ${minSamples} | ${(comparable ?? unit !== 'yesNo') ? 'yes' : 'no'} |`;
}

function indexPage(): string {
  return `# Reference

Written by \`npm run reference\` from what the program itself uses, but for the last two of the first table.

| | |
|---|---|
| [commands](cli.md) | verbs, their options and examples |
| [config](config.md) | what every config may say |
| [events](events.md) | what \`--output json\` tells |
| [journal](journal.md) | what is recorded |

| | each has a page |
|---|---|
${KINDS.map((kind) => `| ${kind} | ${links(kind)} |`).join('\n')}
`;
}
