import type { Condition, KubeObject } from '../../../src/clients/kubernetes/index.ts';
import type { JsonObject } from '../../../src/contract/index.ts';
import type { Pod, Selector, Template } from '../objects.ts';

/** What is read of a StatefulSet. */
export interface StatefulSet extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: Selector;
    readonly template: Template;
    readonly minReadySeconds?: number;
    readonly ordinals?: { readonly start?: number };
    readonly updateStrategy?: PodUpdates;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
    readonly conditions?: readonly Condition[];
  };
}

/** How its controller replaces pods: from the highest number down to `partition`, and no further. */
export interface PodUpdates {
  readonly type?: string;
  readonly rollingUpdate?: JsonObject & { readonly partition?: number };
}

/** A template that it has had, with the annotations that it had then. */
export interface ControllerRevision extends KubeObject {
  readonly data: { readonly spec: { readonly template: Template } };
}

export const REVISION_LABEL = 'controller-revision-hash';

export const podsOfSet = ({ spec }: StatefulSet): number => spec.replicas ?? 1;

export const partitionOf = ({ spec }: StatefulSet): number =>
  spec.updateStrategy?.rollingUpdate?.partition ?? 0;

export const rollsByItself = ({ spec }: StatefulSet): boolean =>
  (spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate';

export const hasSeenSet = ({ metadata, status }: StatefulSet): boolean =>
  (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);

/** Some of its pods are still of a template before the one that it has. */
export const isUnfinished = (set: StatefulSet): boolean =>
  rollsByItself(set) &&
  (!hasSeenSet(set) || set.status?.currentRevision !== set.status?.updateRevision);

/** Its place in the set, from 0 on: the number at the end of its name, less the first number. */
export const placeOf = ({ metadata }: Pod, { spec }: StatefulSet): number =>
  Number(/-(\d+)$/.exec(metadata.name)?.[1] ?? 0) - (spec.ordinals?.start ?? 0);

/** Ready for as long as the set asks for. */
export function isAvailable(pod: Pod, { spec }: StatefulSet, now: number): boolean {
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  if (pod.metadata.deletionTimestamp !== undefined || ready?.status !== 'True') return false;
  const since = ready.lastTransitionTime ? Date.parse(ready.lastTransitionTime) : 0;
  return now - since >= 1000 * (spec.minReadySeconds ?? 0);
}
