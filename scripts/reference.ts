import { readFile, writeFile } from 'node:fs/promises';
import { catalogue } from '../src/cli/commands/index.ts';
import type { Command } from '../src/cli/shell/command.ts';
import { ownVocabulary } from '../src/compose/reference.ts';
import { editorSchema } from '../src/config/schema/editor.ts';

/**
 * Writes docs/reference/cli.md and docs/reference/config.md from what the program itself knows.
 * With `--check` it writes nothing, and fails where one of them is older than that.
 */
interface Node {
  readonly $ref?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly definitions?: Readonly<Record<string, Node>>;
}

const known = await ownVocabulary();
const schema = editorSchema(known) as Node;
const folder = new URL('../docs/reference/', import.meta.url);

async function cliPage(): Promise<string> {
  const commands = await Promise.all(
    catalogue.map(async ({ name, summary, load }) => ({ name, summary, command: await load() })),
  );
  const list = commands.map(({ name, summary }) => `| [\`${name}\`](#${name}) | ${summary} |`);
  const sections = commands.map(({ name, command }) => commandSection(name, command));
  return `# Commands

Written by \`npm run reference\`; \`deployctl <command> --help\` says the same.

| command | |
|---|---|
${list.join('\n')}

A deployment is named by its id, or by the beginning of it where only one begins so. Commands that take none mean the newest deployment of the service: the one of the config here, the one \`--service\` names, or the only one recorded. Exit codes: [guide](../guide.md#exit-codes).

${sections.join('\n\n')}
`;
}

function commandSection(name: string, command: Command): string {
  const usage = `deployctl ${name}${command.arguments ? ` ${command.arguments}` : ''} [options]`;
  const shown = command.options.filter(({ hidden }) => !hidden);
  const options = shown.map(({ flags, description, choices }) => {
    const listed = choices && !choices.every((choice) => description.includes(choice));
    return `| \`${flags}\` | ${cell(description)}${listed ? `: ${choices.join(', ')}` : ''} |`;
  });
  const width = Math.max(...command.examples.map(([line]) => line.length));
  const examples = command.examples.map(([line, what]) => `${line.padEnd(width)}  # ${what}`);
  return [
    `## ${name}\n\n${command.description}`,
    `\`\`\`\n${usage}\n\`\`\``,
    ...(options.length > 0 ? [`| option | |\n|---|---|\n${options.join('\n')}`] : []),
    `\`\`\`sh\n${examples.join('\n')}\n\`\`\``,
  ].join('\n\n');
}

function configPage(): string {
  const { properties = {}, required = [] } = schema;
  const common = sectionOf(properties.defaults ?? {}).properties ?? {};
  const own = (name: string) => rows(without(sectionOf(properties[name] ?? {}).properties, common));
  const gates = entryOf(properties.gates ?? {});
  const sources = Object.entries(gates.properties ?? {}).filter(([name]) => isSource(name));
  const judge = without(gates.properties, Object.fromEntries(sources));
  const top = Object.entries(properties).filter(([name]) => name !== '$schema');
  return `# The config

Written by \`npm run reference\` from the schema that the program itself uses. A commented file with every key is [deploy.config.example.yaml](../../deploy.config.example.yaml); \`deployctl validate\` checks one.

Without \`--config\` the file is looked for in this folder and those above it, up to the one that holds \`.git\`: \`deploy.config\` with the ending \`yaml\`, \`yml\`, \`json\`, \`js\`, \`mjs\` or \`ts\`, or the key \`deploy\` of \`package.json\`. One that others could have written, because of its own folder or one above, is not taken unless \`--config\` names it. Durations have a unit (\`500ms\`, \`30s\`, \`5m\`, \`1h30m\`), shares a percent sign, sizes a unit (\`10MB\`, \`512KiB\`). An unknown key is an error. Text may hold \`\${service}\`, \`\${environment}\`, \`\${release}\`, \`\${git.sha}\`, \`\${env.NAME}\` for names in \`allowEnv\`, and \`\${env.NAME:-default}\`; \`$\${\` is a plain \`\${\`. It is replaced once; what came in is not looked at again.

## At the top

${table(top.map(([name, node]) => row(name, node, required.includes(name))))}

${known.names.providers.map((name) => providerSection(name, properties.provider ?? {})).join('\n\n')}

## bootstrap

${table(rows(sectionOf(properties.bootstrap ?? {}), '', 1))}

## history

${table(rows(sectionOf(properties.history ?? {})))}

## Options of every strategy

They stand under a strategy, or under \`defaults\` for all of them. The phases are \`preflight\`, \`start\`, \`check\`, \`shift\`, \`promote\`, \`bake\`, \`retire\`.

${table(rows(without({ ...common }, { hooks: {}, onFailure: {} })).concat(phased(common)))}

## canary

${table(own('canary'))}

## blue-green

${table(own('blue-green'))}

## rolling

${table(own('rolling'))}

## gates

\`gates.NAME\` has exactly one source and says how its readings are judged.

### Sources

${table(sources.flatMap(([name, node]) => [row(name, node, false), ...rows(sectionOf(node), `${name}.`)]))}

### Judging

${table(rows({ properties: judge }))}

## environments

\`environments.NAME\` is laid over the rest when \`--env NAME\` is given. Sections merge key by key; lists and single values replace; \`null\` removes. The same rules hold for \`defaults\` below a strategy and for \`bootstrap.provider\` over \`provider\`. Overlays that were not chosen are checked too.
`;
}

const isSource = (name: string) => known.names.sources.includes(name);

function providerSection(name: string, providers: Node): string {
  const settings = sectionOf(sectionOf(providers).properties?.[name] ?? {});
  return `## provider.${name}\n\n${table(rows(settings))}`;
}

function without(all: Node['properties'] = {}, some: object): Record<string, Node> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !(name in some)));
}

/** Keys for each phase would be said seven times over. */
function phased({ hooks, onFailure }: Readonly<Record<string, Node>>): string[] {
  const phase = Object.values(sectionOf(hooks ?? {}).properties ?? {})[0] ?? {};
  const list = sectionOf(phase).properties?.before ?? {};
  const before = sectionOf(variants(list).find(({ items }) => items)?.items ?? {});
  return [
    row('onFailure', onFailure ?? {}, false, 'rollback \\| hold \\| ask, or one per phase'),
    row('hooks.PHASE.before', hooks ?? {}, false, 'list'),
    ...rows(before, 'hooks.PHASE.before[].'),
    '| `hooks.PHASE.after` | list | | The same, after the phase. |',
  ];
}

/** One row per key, with the keys below it; `depth` limits how far down. */
function rows(given: Node | Record<string, Node>, prefix = '', depth = 9): string[] {
  const node = ('properties' in given ? given : { properties: given }) as Node;
  return Object.entries(node.properties ?? {}).flatMap(([name, entry]) => {
    const path = `${prefix}${name}`;
    const below = depth > 1 ? belowOf(entry) : null;
    const own = row(path, entry, node.required?.includes(name) ?? false);
    return below ? [own, ...rows(below.node, `${path}${below.joint}`, depth - 1)] : [own];
  });
}

function belowOf(node: Node): { node: Node; joint: string } | null {
  const section = sectionOf(node);
  if (section.properties) return { node: section, joint: '.' };
  const item = variants(node).find(({ items }) => items)?.items;
  const inner = item ? sectionOf(item) : null;
  return inner?.properties ? { node: inner, joint: '[].' } : null;
}

function row(path: string, given: Node, required: boolean, kind?: string): string {
  const node = resolved(given);
  const preset = node.default ?? variants(node).find((each) => each.default !== undefined)?.default;
  const fallback = required ? 'required' : presetWords(preset);
  return `| \`${path}\` | ${kind ?? kindOf(node)} | ${fallback} | ${cell(node.description ?? '')} |`;
}

function presetWords(preset: unknown): string {
  if (preset === undefined || preset === null) return '';
  if (typeof preset === 'object' && Object.keys(preset).length === 0) return '';
  return `\`${typeof preset === 'string' ? preset : JSON.stringify(preset)}\``;
}

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/ms\|s\|m\|h\|d/, 'duration'],
  [/KMG/, 'size'],
  [/%\?\$/, 'share'],
];

function kindOf(given: Node): string {
  const node = resolved(given);
  if (node.anyOf) return [...new Set(node.anyOf.map(kindOf))].join(' or ');
  if (node.enum) return node.enum.map((value) => `\`${String(value)}\``).join(' \\| ');
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  const known = PATTERNS.find(([pattern]) => pattern.test(node.pattern ?? ''));
  if (known) return known[1];
  const [type] = [node.type ?? 'any'].flat();
  return KINDS[type ?? ''] ?? String(type);
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'number',
  number: 'number',
  boolean: 'true, false',
  array: 'list',
  object: 'section',
  null: '`null`',
  any: 'JSON',
};

function resolved(node: Node): Node {
  const name = node.$ref?.split('/').at(-1);
  return name ? { ...resolved(schema.definitions?.[name] ?? {}), ...withoutRef(node) } : node;
}

function withoutRef({ $ref: _, ...node }: Node): Node {
  return node;
}

function variants(given: Node): readonly Node[] {
  const node = resolved(given);
  return node.anyOf ? node.anyOf.flatMap(variants) : [node];
}

/** The long form of what may be written short. */
function sectionOf(node: Node): Node {
  return variants(node).find(({ properties }) => properties) ?? {};
}

function entryOf(node: Node): Node {
  const { additionalProperties } = resolved(node);
  return typeof additionalProperties === 'object' ? sectionOf(additionalProperties) : {};
}

function table(lines: readonly string[]): string {
  return ['| key | value | default | |', '|---|---|---|---|', ...lines].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

const stale: string[] = [];
for (const [name, text] of [
  ['config.md', configPage()],
  ['cli.md', await cliPage()],
] as const) {
  const file = new URL(name, folder);
  if (!process.argv.includes('--check')) await writeFile(file, text);
  else if ((await readFile(file, 'utf8')) !== text) stale.push(name);
}
if (stale.length > 0) {
  process.stderr.write(`${stale.join(' and ')} no longer fit the program: npm run reference\n`);
  process.exitCode = 1;
}
