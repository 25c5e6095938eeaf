import type { JsonObject, Release } from '../../../src/contract/index.ts';
import { MARK } from '../marks.ts';
import type { Deployment } from '../objects.ts';
import type { Ground, Stand } from '../sight.ts';
import { templateOf } from '../template.ts';
import type { Doing } from './index.ts';
import type { Move } from './move.ts';

/** How the user's Deployment replaces pods, as it was before we changed it. */
type Strategy = NonNullable<Deployment['spec']['strategy']>;

/** The workload runs this release from now on, never with fewer ready pods than it has. */
export function giveTemplate({ deployment }: Stand, release: Release, doing: Doing): Move {
  const { metadata, spec } = deployment;
  const former = metadata.annotations?.[MARK.former] ?? JSON.stringify(spec.strategy ?? {});
  const annotations = {
    ...metadata.annotations,
    [MARK.record]: JSON.stringify(release),
    [MARK.operation]: doing.context.key,
    [MARK.former]: former,
  };
  const body = [
    { op: 'replace', path: '/spec/template', value: templateOf(release.spec) },
    { op: 'replace', path: '/spec/strategy', value: withoutGap(spec.strategy) },
    { op: 'add', path: '/metadata/annotations', value: annotations },
  ];
  return {
    is: 'act',
    words: `${metadata.name} gets ${release.version}`,
    act: (signal) => patchHome(doing.ground, metadata, body, signal),
  };
}

function withoutGap(strategy: Strategy | undefined): JsonObject {
  const surge = strategy?.rollingUpdate?.maxSurge ?? 0;
  const maxSurge = surge === 0 || surge === '0%' ? '25%' : surge;
  return { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable: 0 } };
}

/** Null when it is as the user wrote it. */
export function restoreStrategy({ deployment }: Stand, ground: Ground): Move | null {
  const { metadata } = deployment;
  const { [MARK.former]: former, ...annotations } = metadata.annotations ?? {};
  if (former === undefined) return null;
  const body = [
    { op: 'replace', path: '/spec/strategy', value: JSON.parse(former) },
    { op: 'add', path: '/metadata/annotations', value: annotations },
  ];
  return {
    is: 'act',
    words: `${metadata.name} replaces pods as before`,
    act: (signal) => patchHome(ground, metadata, body, signal),
  };
}

/** Refused by the server when the object is another by now. */
export function patchHome(
  { cluster, connection: { namespace } }: Ground,
  { name, resourceVersion }: Deployment['metadata'],
  changes: readonly object[],
  signal?: AbortSignal,
): Promise<Deployment> {
  const unchanged = { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion };
  const body = [unchanged, ...changes];
  return cluster.patch({ kind: 'deployments', namespace, name }, { as: 'json', body }, { signal });
}
