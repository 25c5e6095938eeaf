import { z } from 'zod';
import type { Vocabulary } from '../extensions.ts';
import { hoisted } from './hoist.ts';
import { configSchema } from './root.ts';

export interface Node {
  [key: string]: unknown;
  type?: string | string[];
  properties?: Record<string, Node>;
  additionalProperties?: Node | boolean;
  items?: Node;
  anyOf?: Node[];
}

const EDITOR_VARIABLE = '\\$\\{';

/** The schema for editors (JSON Schema, draft 7): what a person may write, shorthands and all. */
export function editorSchema(known: Vocabulary): Node {
  const options = { io: 'input', target: 'draft-7', override: keepDefault } as const;
  const schema = z.toJSONSchema(configSchema(known), options);
  const { $schema, ...root } = editorFinished(schema as Node);
  // Git stands in when nobody names a release.
  const required = (root.required as string[]).filter((key) => key !== 'release');
  const { environments = {}, ...properties } = root.properties ?? {};
  const overlay = relaxed({ ...root, properties });
  return hoisted({
    $schema,
    title: 'deployctl config',
    ...root,
    required,
    properties: {
      ...properties,
      environments: { ...environments, additionalProperties: { $ref: '#/definitions/overlay' } },
    },
    definitions: { overlay },
  });
}

/** Zod leaves out the default of what is read in another form first; ours are written as a person would. */
function keepDefault({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: object;
}) {
  const { def } = zodSchema._zod;
  if (def.type !== 'default' || def.defaultValue === null || 'default' in jsonSchema) return;
  Object.assign(jsonSchema, { default: def.defaultValue });
}

function editorFinished(node: Node): Node {
  const { also, partial, ...rest } = mapped(node, editorFinished);
  if (partial)
    return withoutRequired(Object.values(rest.properties ?? {})[0] ?? {}, rest.description);
  if (rest.maximum === Number.MAX_SAFE_INTEGER) delete rest.maximum;
  const open = withVariables(rest);
  if (also === undefined) return open;
  const { description, default: preset, ...long } = open;
  const shared = {
    ...(description === undefined ? {} : { description }),
    ...(preset === undefined ? {} : { default: preset }),
  };
  return { ...shared, anyOf: [long, withVariables(also as Node)] };
}

/** Wherever a number, a flag or text of a fixed form stands, a variable may stand too. */
function withVariables(node: Node): Node {
  if (['number', 'integer', 'boolean'].includes(String(node.type))) {
    return { ...node, type: [String(node.type), 'string'], pattern: EDITOR_VARIABLE };
  }
  if (
    typeof node.pattern === 'string' &&
    node.type === 'string' &&
    !node.pattern.endsWith(EDITOR_VARIABLE)
  ) {
    return { ...node, pattern: `${node.pattern}|${EDITOR_VARIABLE}` };
  }
  return node;
}

/** For overlays: nothing has to be there, and null takes away what is. */
function relaxed(node: Node): Node {
  const { required: _, default: __, ...rest } = mapped(node, relaxed);
  const entries = Object.entries(rest.properties ?? {}).map(([key, value]) => [
    key,
    editorOrNull(value),
  ]);
  return rest.properties ? { ...rest, properties: Object.fromEntries(entries) } : rest;
}

function editorOrNull(node: Node): Node {
  if (node.anyOf) return { ...node, anyOf: [...node.anyOf, { type: 'null' }] };
  if (node.type === undefined) return node;
  const type = [...[node.type].flat(), 'null'];
  return Array.isArray(node.enum)
    ? { ...node, type, enum: [...node.enum, null] }
    : { ...node, type };
}

/** The settings of a provider where only some of them are given. */
function withoutRequired({ anyOf = [], ...settings }: Node, description: unknown): Node {
  const { required: _, ...long } = anyOf.find(({ properties }) => properties) ?? settings;
  return { ...long, description };
}

function mapped(node: Node, change: (node: Node) => Node): Node {
  const { properties, additionalProperties: others, items, anyOf } = node;
  return {
    ...node,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, value]) => [key, change(value)]),
      ),
    }),
    ...(typeof others === 'object' && { additionalProperties: change(others) }),
    ...(items && { items: change(items) }),
    ...(anyOf && { anyOf: anyOf.map(change) }),
  };
}
