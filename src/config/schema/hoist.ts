import type { Node } from './editor.ts';

const WORTH_A_NAME = 300;

/** The same schema with every part that occurs twice written once, under `definitions`. */
export function hoisted(schema: Node): Node {
  const counts = new Map<string, number>();
  count(schema, counts);
  const names = new Map<string, string>();
  const definitions: Record<string, unknown> = {};
  const replace = (node: unknown, key: string, top: boolean): unknown => {
    if (typeof node !== 'object' || node === null) return node;
    const text = JSON.stringify(node);
    const shared = !top && isSchema(node) && (counts.get(text) ?? 0) > 1;
    const known = names.get(text);
    if (shared && known) return { $ref: `#/definitions/${known}` };
    const copy = Array.isArray(node)
      ? node.map((item) => replace(item, key, false))
      : Object.fromEntries(
          Object.entries(node).map(([inner, value]) => [inner, replace(value, inner, false)]),
        );
    if (!shared) return copy;
    const name = freeName(
      /^(anyOf|items|additionalProperties)$/.test(key) ? 'value' : key,
      definitions,
    );
    names.set(text, name);
    definitions[name] = copy;
    return { $ref: `#/definitions/${name}` };
  };
  const { definitions: own, ...root } = schema;
  const rest = replace(root, 'config', true) as Node;
  const ownParts = Object.entries((own ?? {}) as object).map(([name, part]) => [
    name,
    replace(part, name, true),
  ]);
  return { ...rest, definitions: { ...Object.fromEntries(ownParts), ...definitions } };
}

function count(node: unknown, counts: Map<string, number>): void {
  if (typeof node !== 'object' || node === null) return;
  const text = JSON.stringify(node);
  if (isSchema(node) && text.length > WORTH_A_NAME) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const inner of Object.values(node)) count(inner, counts);
}

const isSchema = (node: object) => 'type' in node || 'anyOf' in node;

function freeName(wanted: string, taken: object): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!(name in taken) && name !== 'overlay') return name;
  }
}
