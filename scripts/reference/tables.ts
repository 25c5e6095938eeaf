import { ownVocabulary } from '../../src/compose/reference.ts';
import { editorSchema } from '../../src/config/schema/editor.ts';

/** Part of the schema for editors. */
export interface Node {
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

/** All that the tool itself offers. */
export const known = await ownVocabulary();
export const schema = editorSchema(known) as Node;

export function without(all: Node['properties'] = {}, some: object): Record<string, Node> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !(name in some)));
}

/** Keys for each phase would be said seven times over. */
export function phased({ hooks, onFailure }: Readonly<Record<string, Node>>): string[] {
  const phase = Object.values(sectionOf(hooks ?? {}).properties ?? {})[0] ?? {};
  const list = sectionOf(phase).properties?.before ?? {};
  const before = sectionOf(variants(list).find(({ items }) => items)?.items ?? {});
  return [
    row('onFailure', onFailure ?? {}, { kind: 'rollback \\| hold \\| ask, or one per phase' }),
    row('hooks.PHASE.before', hooks ?? {}, { kind: 'list' }),
    ...rows(before, 'hooks.PHASE.before[].'),
    '| `hooks.PHASE.after` | list | | The same, after the phase. |',
  ];
}

/** One row per key, with the keys below it; `depth` limits how far down. */
export function rows(given: Node | Record<string, Node>, prefix = '', depth = 9): string[] {
  const node = ('properties' in given ? given : { properties: given }) as Node;
  return Object.entries(node.properties ?? {}).flatMap(([name, entry]) => {
    const path = `${prefix}${name}`;
    const below = depth > 1 ? belowOf(entry) : null;
    const own = row(path, entry, { required: node.required?.includes(name) ?? false });
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

export function row(
  path: string,
  given: Node,
  { required = false, kind }: { readonly required?: boolean; readonly kind?: string },
): string {
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
export function sectionOf(node: Node): Node {
  return variants(node).find(({ properties }) => properties) ?? {};
}

export function entryOf(node: Node): Node {
  const { additionalProperties } = resolved(node);
  return typeof additionalProperties === 'object' ? sectionOf(additionalProperties) : {};
}

export function table(lines: readonly string[]): string {
  return ['| key | value | default | |', '|---|---|---|---|', ...lines].join('\n');
}

export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

export const isSource = (name: string) => known.names.sources.includes(name);
