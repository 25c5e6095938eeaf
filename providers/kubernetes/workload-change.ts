import type { KubeObject } from '../../src/clients/kubernetes/index.ts';
import { type Annotations, annotating } from './marks.ts';

export interface WorkloadChange {
  readonly annotations: Annotations;
  readonly spec?: readonly object[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * A JSON patch that the server refuses where the object was made again, or what it shall run is
 * another by now. Its status may have changed: that happens all the time.
 */
export const changeOf = (
  metadata: KubeObject['metadata'],
  { annotations, spec = [] }: WorkloadChange,
): readonly object[] => [
  { op: 'test', path: '/metadata/uid', value: metadata.uid },
  { op: 'test', path: '/metadata/generation', value: metadata.generation },
  ...annotating(metadata, annotations),
  ...spec,
];
