import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../../src/contract/index.ts';
import { MARK } from './marks.ts';
import type { Template } from './objects.ts';

/** The label by which pods beside the workload differ from its own, so that no selector mixes them. */
export interface Distinction {
  readonly key: string;
  /** The value that the workload's own pods have. */
  readonly value: string;
}

const PREFERRED = ['app.kubernetes.io/name', 'app', 'k8s-app', 'name'];

/** One of the labels that both the Service and the workload select by; null where they share none. */
export function distinctionBetween(
  service: Readonly<Record<string, string>>,
  workload: Readonly<Record<string, string>>,
): Distinction | null {
  const shared = Object.keys(service)
    .filter((key) => Object.hasOwn(workload, key))
    .sort();
  const key = PREFERRED.find((name) => shared.includes(name)) ?? shared[0];
  return key === undefined ? null : { key, value: workload[key] as string };
}

const OURS = Object.values(MARK) as readonly string[];

/** Written by tools that would take the object for their own. */
const OF_OTHERS =
  /^(pod-template-hash|rollouts-pod-template-hash|argocd\.argoproj\.io\/.*|kustomize\.toolkit\.fluxcd\.io\/.*|helm\.toolkit\.fluxcd\.io\/.*|meta\.helm\.sh\/.*|kubectl\.kubernetes\.io\/last-applied-configuration|deployment\.kubernetes\.io\/.*)$/;

const withoutMarks = (words: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(words).filter(([key]) => !OURS.includes(key)));

/** For an object of ours that is made after one of the user's. */
export const withoutOwners = (words: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(withoutMarks(words)).filter(([key]) => !OF_OTHERS.test(key)));

/** The template as it is in the workload, whatever object it was read from. */
export function kubePlain(template: Template, distinction: Distinction | null): Template {
  const { labels = {}, annotations = {}, creationTimestamp: _, ...rest } = template.metadata ?? {};
  const {
    'pod-template-hash': __,
    'rollouts-pod-template-hash': ___,
    ...own
  } = withoutMarks(labels);
  const restored =
    distinction && Object.hasOwn(own, distinction.key)
      ? { ...own, [distinction.key]: distinction.value }
      : own;
  const kept = withoutMarks(annotations);
  return {
    ...template,
    metadata: {
      ...rest,
      labels: restored,
      ...(Object.keys(kept).length > 0 ? { annotations: kept } : {}),
    },
  };
}

export const isSame = (one: Template, other: Json) => isDeepStrictEqual(one, other);

/** With other images, by the name of their container. */
export function withImages(template: Template, images: Readonly<Record<string, string>>): Template {
  const containers = template.spec.containers.map((container) => {
    const image = images[container.name];
    return image === undefined ? container : { ...container, image };
  });
  return { ...template, spec: { ...template.spec, containers } };
}

/** Dressed for pods beside the workload. */
export function beside(
  template: Template,
  { key }: Distinction,
  { name, labels }: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
): Template {
  const metadata: JsonObject = {
    ...template.metadata,
    labels: { ...template.metadata?.labels, [key]: name, ...labels },
  };
  return { ...template, metadata };
}

export const templateOf = (spec: JsonObject): Template => spec.template as Template;
