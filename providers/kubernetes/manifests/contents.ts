import type { Json, JsonObject } from '../../../src/contract/index.ts';
import { hashOf } from '../../../src/lib/canonical.ts';
import type { Template } from '../objects.ts';
import type { Content, Selected } from './select.ts';

/** By the name of the copy: `NAME-HASH`, which never changes its content. */
export type Contents = Readonly<Record<string, Content>>;

export interface Versioned {
  readonly template: Template;
  readonly contents: Contents;
}

/**
 * Pods read a ConfigMap by its name when they begin, so a rollback of the template alone would meet
 * what is in it by then. Each content gets a name of its own, and the template names that.
 */
export function versioned({ template, contents }: Selected): Versioned {
  const used: Record<string, Content> = {};
  const nameFor = (name: string): string => {
    const content = contents[name];
    if (!content) return name;
    const copy = `${name}-${digestOf(content)}`;
    used[copy] = content;
    return copy;
  };
  const spec = renamed(template.spec, nameFor) as Template['spec'];
  return { template: { ...template, spec }, contents: used };
}

const digestOf = (content: Content) => hashOf(content).slice(0, 10);

/** Where a pod names a ConfigMap: a member of such a name, with its name or in it. */
const KUBE_REFERENCES = ['configMapRef', 'configMapKeyRef', 'configMap'];

function renamed(value: Json, nameFor: (name: string) => string): Json {
  if (Array.isArray(value)) return value.map((one) => renamed(one as Json, nameFor));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, inner]) => [
      key,
      KUBE_REFERENCES.includes(key) ? referring(inner, nameFor) : renamed(inner, nameFor),
    ]),
  );
}

function referring(reference: Json, nameFor: (name: string) => string): Json {
  const { name } = reference as { readonly name?: string };
  return name === undefined ? reference : { ...(reference as JsonObject), name: nameFor(name) };
}

/** Names of all that a template refers to. */
export function referredIn(template: Template): ReadonlySet<string> {
  const names = new Set<string>();
  renamed(template.spec, (name) => {
    names.add(name);
    return name;
  });
  return names;
}
