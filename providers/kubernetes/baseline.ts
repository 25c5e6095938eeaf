import type { JsonObject } from '../../src/contract/index.ts';
import { annotating, MARK } from './marks.ts';
import type { Autoscaler } from './objects.ts';
import type { Move } from './operations/move.ts';
import type { KubeGround, Sight } from './sight.ts';

/**
 * What a deployment changes of the user's and its end restores: the least number of pods that an
 * autoscaler keeps. With less traffic it would take pods away that a way back needs.
 */
export function baselineOf({ autoscaler }: Sight): JsonObject {
  if (!autoscaler) return {};
  return {
    autoscaler: autoscaler.metadata.name,
    minReplicas: formerMin(autoscaler) ?? minOf(autoscaler),
  };
}

const minOf = ({ spec }: Autoscaler) => spec.minReplicas ?? 1;

/** Null while it is as the user wrote it. */
function formerMin({ metadata }: Autoscaler): number | null {
  const text = metadata.annotations?.[MARK.former];
  return text === undefined ? null : Number(text);
}

/** Keeps the autoscaler from taking pods of the workload away. */
export function pin(ground: KubeGround, { autoscaler, home }: Sight, atLeast: number): Move | null {
  if (!autoscaler) return null;
  const least = Math.max(atLeast, home?.deployment.spec.replicas ?? 1);
  const min = Math.min(least, autoscaler.spec.maxReplicas);
  if (minOf(autoscaler) >= min) return null;
  const former = String(formerMin(autoscaler) ?? minOf(autoscaler));
  return {
    is: 'act',
    words: `${autoscaler.metadata.name} keeps at least ${min} pods for now`,
    act: (signal) => setMin(ground, autoscaler, { min, former, signal }),
  };
}

/** Back to what the user wrote. */
export function unpin(ground: KubeGround, { autoscaler }: Sight): Move | null {
  const min = autoscaler && formerMin(autoscaler);
  if (!autoscaler || min === null) return null;
  return {
    is: 'act',
    words: `${autoscaler.metadata.name} may go down to ${min} pods again`,
    act: (signal) => setMin(ground, autoscaler, { min, former: null, signal }),
  };
}

interface LeastPods {
  readonly min: number;
  readonly former: string | null;
  readonly signal?: AbortSignal | undefined;
}

/** Refused by the server when somebody else has set it meanwhile; its status changes all the time. */
async function setMin(
  { cluster, connection: { namespace } }: KubeGround,
  { metadata, spec }: Autoscaler,
  { min, former, signal }: LeastPods,
): Promise<void> {
  const path = '/spec/minReplicas';
  const body = [
    ...(spec.minReplicas === undefined ? [] : [{ op: 'test', path, value: spec.minReplicas }]),
    { op: 'add', path, value: min },
    ...annotating(metadata, { [MARK.former]: former }),
  ];
  const place = { kind: 'horizontalpodautoscalers', namespace, name: metadata.name } as const;
  await cluster.patch(place, { as: 'json', body }, { signal });
}
