import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, Release } from '../../../src/contract/index.ts';
import { noteOn } from '../kept.ts';
import { MARK } from '../marks.ts';
import type { Move } from '../operations/move.ts';
import { lastManagerOf } from '../others.ts';
import { templateOf } from '../template.ts';
import { patchSet } from './changes.ts';
import type { SetDoing } from './operations.ts';
import type { SetSight } from './sight.ts';
import { type PodUpdates, partitionOf, podsOfSet, rollsByItself } from './stateful-set.ts';

/** What is written of a batch, and what is noted of it: on the set itself, for any machine. */
export interface SetGoal {
  readonly release: Release;
  /** Places below it keep what they run. */
  readonly partition: number;
  /** Whether pods below it that run this release already have to go. */
  readonly isExact: boolean;
}

interface Former extends JsonObject {
  readonly updateStrategy: JsonObject | null;
  /** That of the last batch: another is of other hands. */
  readonly partition?: number;
}

const FORMER_IS_LOST =
  'write {"updateStrategy": …} there as in your manifest (null where it says nothing), and go on';

export const formerOf = ({ set: { metadata } }: SetSight): Former | null =>
  noteOn<Former>({ kind: 'StatefulSet', metadata }, MARK.former, FORMER_IS_LOST);

const updatesOf = ({ set }: SetSight): JsonObject | null =>
  (set.spec.updateStrategy as JsonObject | undefined) ?? null;

export function written(goal: SetGoal, seen: SetSight, doing: SetDoing): Move {
  const { release, partition } = goal;
  const { set, wanted } = seen;
  const { updateStrategy } = formerOf(seen) ?? { updateStrategy: updatesOf(seen) };
  const former = { updateStrategy, partition };
  const rolling = (set.spec.updateStrategy as PodUpdates | undefined)?.rollingUpdate;
  const updates = { type: 'RollingUpdate', rollingUpdate: { ...rolling, partition } };
  const isOther = wanted.id !== release.id;
  const annotations = {
    [MARK.operation]: doing.context.key,
    [MARK.former]: JSON.stringify(former),
    ...(isOther ? { [MARK.record]: JSON.stringify(release) } : {}),
  };
  const spec = [
    { op: 'add', path: '/spec/updateStrategy', value: updates },
    ...(isOther
      ? [{ op: 'replace', path: '/spec/template', value: templateOf(release.spec) }]
      : []),
  ];
  return {
    is: 'act',
    words: `${set.metadata.name}: ${podsOfSet(set) - partition} pods of ${release.version}`,
    act: (signal) => patchSet(doing.ground, set, { annotations, spec, signal }),
  };
}

/** As the user wrote it; null when it is. */
export function restoredUpdates(seen: SetSight, { ground }: SetDoing): Move | null {
  const former = formerOf(seen);
  if (!former) return null;
  const { updateStrategy: value } = former;
  const path = '/spec/updateStrategy';
  const isSo = isDeepStrictEqual(value, updatesOf(seen));
  const change = value === null ? { op: 'remove', path } : { op: 'add', path, value };
  return {
    is: 'act',
    words: `${seen.set.metadata.name} replaces pods as before`,
    act: (signal) =>
      patchSet(ground, seen.set, {
        annotations: { [MARK.former]: null },
        spec: isSo ? [] : [change],
        signal,
      }),
  };
}

/** What other hands have made of a batch while it was held: the next one would begin from there. */
export function othersInSet(release: Release, seen: SetSight): Move | null {
  const { set, wanted } = seen;
  const { name } = set.metadata;
  const by = lastManagerOf(set.metadata);
  const noted = formerOf(seen)?.partition;
  const places = podsOfSet(set) - partitionOf(set);
  const differs = (expected: JsonObject, found: JsonObject): Move => ({
    is: 'diverged',
    expected,
    found: { ...found, by },
  });
  if (wanted.id !== release.id) return differs({ [name]: release.id }, { [name]: wanted.id });
  if (noted !== undefined && (partitionOf(set) !== noted || !rollsByItself(set)))
    return differs({ partition: noted }, { updateStrategy: updatesOf(seen) });
  if (podsOfSet(set) === 0 || places > 0) return null;
  return differs({ partition: partitionOf(set) }, { replicas: podsOfSet(set) });
}
