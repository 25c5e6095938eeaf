import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, Release } from '../../../src/contract/index.ts';
import { noteOn } from '../kept.ts';
import { bringContents } from '../manifests/delivery.ts';
import { MARK } from '../marks.ts';
import type { Deployment, KubeAmount } from '../objects.ts';
import type { KubeGround, Stand } from '../sight.ts';
import { templateOf } from '../template.ts';
import { changeOf, type WorkloadChange } from '../workload-change.ts';
import type { Doing } from './index.ts';
import type { Move } from './move.ts';

/** How the user's Deployment replaces pods. Null where the user says nothing. */
export interface KubeManner extends JsonObject {
  readonly strategy: JsonObject | null;
  readonly minReadySeconds: number | null;
  readonly progressDeadlineSeconds: number | null;
}

/** As it is now. */
export const mannerOf = ({ spec }: Deployment): KubeManner => ({
  strategy: (spec.strategy as JsonObject | undefined) ?? null,
  minReadySeconds: spec.minReadySeconds ?? null,
  progressDeadlineSeconds: spec.progressDeadlineSeconds ?? null,
});

/** Whether it replaces pods in that manner already. */
export const isIn = (deployment: Deployment, manner: KubeManner) =>
  isDeepStrictEqual(mannerOf(deployment), manner);

const FORMER_IS_LOST =
  'write strategy, minReadySeconds and progressDeadlineSeconds of your manifest there, as one JSON object (null for what it says nothing about), and go on';

/** As the user wrote it: kept on the object for as long as it is changed. */
export function formerManner(deployment: Deployment): KubeManner {
  const { metadata } = deployment;
  const annotated = { kind: 'Deployment', metadata };
  return noteOn<KubeManner>(annotated, MARK.former, FORMER_IS_LOST) ?? mannerOf(deployment);
}

export function stepwise(maxSurge: KubeAmount, maxUnavailable: KubeAmount): JsonObject {
  return { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } };
}

/** New pods first, and never fewer that are ready than there were. */
function withoutGap({ strategy }: KubeManner): JsonObject {
  const { maxSurge = 0 } = (strategy as Deployment['spec']['strategy'])?.rollingUpdate ?? {};
  return stepwise(maxSurge === 0 || maxSurge === '0%' ? '25%' : maxSurge, 0);
}

interface Reform {
  readonly manner: KubeManner;
  /** What it runs from now on; absent for what it runs already. */
  readonly release?: Release;
  readonly words: string;
}

/** Changes what the workload runs, or how it replaces pods, or both in one write. */
export function reform({ deployment }: Stand, change: Reform, { ground, context }: Doing): Move {
  const { manner, release, words } = change;
  const annotations = {
    [MARK.operation]: context.key,
    [MARK.former]: JSON.stringify(formerManner(deployment)),
    ...(release ? { [MARK.record]: JSON.stringify(release) } : {}),
  };
  const spec = [
    ...kubePatchOf(deployment, manner),
    ...(release
      ? [{ op: 'replace', path: '/spec/template', value: templateOf(release.spec) }]
      : []),
  ];
  const act = async (signal?: AbortSignal) => {
    if (release) await bringContents(release, ground, signal);
    return patchHome(ground, deployment, { annotations, spec, signal });
  };
  return { is: 'act', words, act };
}

/** The workload runs this release from now on. */
export function giveTemplate(home: Stand, release: Release, doing: Doing): Move {
  const former = formerManner(home.deployment);
  const manner = { ...former, strategy: withoutGap(former) };
  const words = `${home.deployment.metadata.name} gets ${release.version}`;
  return reform(home, { manner, release, words }, doing);
}

/** As the user wrote it; null when it is. */
export function restoreManner({ deployment }: Stand, ground: KubeGround): Move | null {
  const { name, annotations = {} } = deployment.metadata;
  if (annotations[MARK.former] === undefined) return null;
  const change = {
    annotations: { [MARK.former]: null },
    spec: kubePatchOf(deployment, formerManner(deployment)),
  };
  return {
    is: 'act',
    words: `${name} replaces pods as before`,
    act: (signal) => patchHome(ground, deployment, { ...change, signal }),
  };
}

/** Only what differs; what the user said nothing about is taken away again. */
function kubePatchOf(deployment: Deployment, wanted: KubeManner): readonly object[] {
  const present = mannerOf(deployment);
  return Object.entries(wanted).flatMap(([key, value]) => {
    if (isDeepStrictEqual(value, present[key])) return [];
    const path = `/spec/${key}`;
    return value === null ? [{ op: 'remove', path }] : [{ op: 'add', path, value }];
  });
}

export function patchHome(
  { cluster, connection: { namespace } }: KubeGround,
  { metadata }: Deployment,
  change: WorkloadChange,
): Promise<Deployment> {
  const { name } = metadata;
  const body = changeOf(metadata, change);
  const { signal } = change;
  return cluster.patch({ kind: 'deployments', namespace, name }, { as: 'json', body }, { signal });
}
