import type { Json, JsonObject } from '../../../src/contract/index.ts';
import type { Template } from '../objects.ts';

export type KubeReferred = 'configMap' | 'secret';

/** Where a pod names a ConfigMap or a Secret: a member of such a name, with its name in it. */
const KUBE_REFERENCES: Readonly<Record<string, KubeReferred>> = {
  configMapRef: 'configMap',
  configMapKeyRef: 'configMap',
  configMap: 'configMap',
  secretRef: 'secret',
  secretKeyRef: 'secret',
  secret: 'secret',
};

/** A volume calls it otherwise. */
const NAMES = ['name', 'secretName'] as const;

type NameFor = (name: string, kind: KubeReferred) => string;

/** The same pods, with other ConfigMaps and Secrets. */
export const withNames = (template: Template, nameFor: NameFor): Template => ({
  ...template,
  spec: renamed(template.spec, nameFor) as Template['spec'],
});

function renamed(value: Json, nameFor: NameFor): Json {
  if (Array.isArray(value)) return value.map((one) => renamed(one as Json, nameFor));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, inner]) => {
      const kind = Object.hasOwn(KUBE_REFERENCES, key) ? KUBE_REFERENCES[key] : undefined;
      const isReference = kind !== undefined && typeof inner === 'object' && inner !== null;
      return [
        key,
        isReference ? referring(inner as JsonObject, kind, nameFor) : renamed(inner, nameFor),
      ];
    }),
  );
}

function referring(reference: JsonObject, kind: KubeReferred, nameFor: NameFor): Json {
  const names = NAMES.filter((key) => typeof reference[key] === 'string');
  const changed = names.map((key) => [key, nameFor(String(reference[key]), kind)]);
  return { ...reference, ...Object.fromEntries(changed) };
}

/** Names of all that a template refers to. */
export function referredIn(template: Template): ReadonlySet<string> {
  const names = new Set<string>();
  withNames(template, (name) => {
    names.add(name);
    return name;
  });
  return names;
}
