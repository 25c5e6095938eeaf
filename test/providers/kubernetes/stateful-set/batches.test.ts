import { describe, expect, test } from 'vitest';
import { MARK } from '../../../../providers/kubernetes/marks.ts';
import type { Autoscaler, Pod, Template } from '../../../../providers/kubernetes/objects.ts';
import { nextSetMove } from '../../../../providers/kubernetes/stateful-set/operations.ts';
import { type SetSight, setSightOf } from '../../../../providers/kubernetes/stateful-set/sight.ts';
import type { StatefulSet } from '../../../../providers/kubernetes/stateful-set/stateful-set.ts';
import type { Operation, OperationContext, Release } from '../../../../src/contract/index.ts';
import { doing, release } from '../sights.ts';

const [v1, v2] = [release('v1'), release('v2')];
const templateIn = ({ spec }: Release) => spec.template as Template;
const NOTED = { [MARK.former]: '{"updateStrategy":null}' };
const notedAt = (partition: number) => ({
  [MARK.former]: `{"updateStrategy":null,"partition":${partition}}`,
});

const batch = (replaced: number): Operation => ({
  kind: 'replace',
  release: v2,
  from: v1,
  replaced,
  of: 3,
  surge: 0,
  unavailable: 1,
});

interface MadeSet {
  readonly runs: Release;
  readonly partition?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Of each place from the first on: what it runs, and whether it is ready. */
  readonly places: readonly (readonly [Release, boolean?])[];
  readonly autoscaler?: Autoscaler | null;
  readonly replicas?: number;
  readonly managedFields?: StatefulSet['metadata']['managedFields'];
}

const scaledBy = (minReplicas: number, former?: string): Autoscaler => ({
  metadata: { name: 'db-scaler', annotations: former ? { [MARK.former]: former } : {} },
  spec: { scaleTargetRef: { kind: 'StatefulSet', name: 'db' }, minReplicas, maxReplicas: 9 },
});

function seen({
  runs,
  partition,
  annotations = {},
  places,
  autoscaler = null,
  replicas = 3,
  managedFields = [],
}: MadeSet): SetSight {
  const set: StatefulSet = {
    metadata: { name: 'db', generation: 2, annotations, managedFields },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: templateIn(runs),
      ...(partition === undefined
        ? {}
        : { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } } }),
    },
    status: { observedGeneration: 2 },
  };
  const revisions = [v1, v2].map((one) => ({
    metadata: { name: one.version },
    data: { spec: { template: { ...templateIn(one), $patch: 'replace' } } },
  }));
  const pods = places.map(
    ([one, isReady = true], index): Pod => ({
      metadata: {
        name: `db-${index}`,
        uid: `uid-${index}`,
        labels: { 'controller-revision-hash': one.version },
      },
      spec: { containers: [{ name: 'web' }] },
      status: { conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
    }),
  );
  return { ...setSightOf(set, revisions, pods), service: null, autoscaler, now: 0 };
}

async function asked(operation: Operation, sight: SetSight, over: Partial<OperationContext> = {}) {
  const removed: unknown[] = [];
  const what = doing();
  const cluster = {
    ...what.ground.cluster,
    remove: async ({ name }: { name: string }, { uid }: { uid: string }) =>
      void removed.push({ name, uid }),
  };
  const ground = { ...what.ground, cluster } as never;
  const move = nextSetMove(operation, sight, { ground, context: { ...what.context, ...over } });
  if (move.is === 'act') await move.act();
  const body = what.sent[0]?.body ?? [];
  const value = (path: string) => body.find((change) => change.path === path)?.value;
  return {
    move,
    removed,
    body,
    template: value('/spec/template'),
    updates: value('/spec/updateStrategy'),
  };
}

const before: MadeSet = { runs: v1, places: [[v1], [v1], [v1]] };
const half: MadeSet = {
  runs: v2,
  partition: 2,
  annotations: NOTED,
  places: [[v1], [v1], [v2]],
};

test('a batch is the template and a partition in one write, and what the user wrote is noted', async () => {
  const { template, updates, body } = await asked(batch(1), seen(before));
  expect(template).toEqual(templateIn(v2));
  expect(updates).toEqual({ type: 'RollingUpdate', rollingUpdate: { partition: 2 } });
  expect(body.map(({ op, path }) => `${op} ${path}`).slice(0, 2)).toEqual([
    'test /metadata/uid',
    'test /metadata/generation',
  ]);
  expect(JSON.stringify(body)).toContain('{\\"updateStrategy\\":null,\\"partition\\":2}');
});

test('where others have scaled it to nothing, a batch waits, and only the way back undoes it', async () => {
  const empty = seen({ ...half, places: [] });
  expect((await asked(batch(1), empty)).move).toMatchObject({ is: 'wait' });
  expect((await asked(batch(0), empty)).template).toEqual(templateIn(v1));
});

test('it is done when the highest places run it and are ready', async () => {
  expect((await asked(batch(1), seen(half))).move).toEqual({ is: 'done' });
  const places = [[v1], [v1], [v2, false]] as const;
  expect((await asked(batch(1), seen({ ...half, places }))).move).toMatchObject({ is: 'wait' });
});

test('the next batch moves the partition alone; the last one gives the user’s own settings back', async () => {
  const next = await asked(batch(2), seen(half));
  expect(next.updates).toMatchObject({ rollingUpdate: { partition: 1 } });
  expect(next.template).toBeUndefined();
  expect(JSON.stringify(next.body)).toContain('{\\"updateStrategy\\":null,\\"partition\\":1}');
  const all: MadeSet = { ...half, partition: 0, places: [[v2], [v2], [v2]] };
  const { body } = await asked(batch(3), seen(all));
  expect(body).toContainEqual({ op: 'remove', path: '/spec/updateStrategy' });
});

test('the way back is the former template, and a pod that would hold it up goes', async () => {
  const back = { direction: 'back' } as const;
  const { template, updates } = await asked(batch(0), seen(half), back);
  expect(template).toEqual(templateIn(v1));
  expect(updates).toMatchObject({ rollingUpdate: { partition: 0 } });
  const places = [[v1], [v1], [v2, false]] as const;
  const put: MadeSet = { runs: v1, partition: 0, annotations: NOTED, places };
  const { removed } = await asked(batch(0), seen(put), back);
  expect(removed).toEqual([{ name: 'db-2', uid: 'uid-2' }]);
});

test('a batch back takes the places below the partition, and one forward never gives places back', async () => {
  const three: MadeSet = { ...half, partition: 1, places: [[v1], [v2], [v2]] };
  const forward = await asked(batch(1), seen(three));
  expect(forward.move).toEqual({ is: 'done' });
  const { updates } = await asked(batch(1), seen(three), { direction: 'back' });
  expect(updates).toMatchObject({ rollingUpdate: { partition: 2 } });
  const moved = await asked(batch(1), seen({ ...three, partition: 2 }), { direction: 'back' });
  expect(moved.removed).toEqual([{ name: 'db-1', uid: 'uid-1' }]);
});

test('a template of other hands stops the way forward', async () => {
  const v3 = release('v3');
  expect((await asked(batch(1), seen({ ...before, runs: v3 }))).move.is).toBe('diverged');
});

test('a pod that serves goes on the way back only while all others do', async () => {
  const back = { direction: 'back' } as const;
  const three: MadeSet = { ...half, partition: 2, places: [[v1], [v2], [v2]] };
  const removedWith = async (...places: MadeSet['places']) =>
    (await asked(batch(1), seen({ ...three, places }), back)).removed;
  expect(await removedWith([v1], [v2], [v2])).toEqual([{ name: 'db-1', uid: 'uid-1' }]);
  expect(await removedWith([v1, false], [v2], [v2])).toEqual([]);
  expect(await removedWith([v1], [v2], [v2, false])).toEqual([]);
  expect(await removedWith([v1, false], [v2, false], [v2])).toEqual([
    { name: 'db-1', uid: 'uid-1' },
  ]);
});

test('an autoscaler keeps the pods that there are before the newest come, and is let go in the end', async () => {
  const first = await asked(batch(1), seen({ ...before, autoscaler: scaledBy(1) }));
  expect(first.body).toContainEqual({ op: 'add', path: '/spec/minReplicas', value: 3 });
  expect(first.template).toBeUndefined();
  const pinned = seen({ ...before, autoscaler: scaledBy(3, '1') });
  expect((await asked(batch(1), pinned)).template).toEqual(templateIn(v2));
  const whole: MadeSet = { runs: v2, places: [[v2], [v2], [v2]] };
  const { body } = await asked(batch(3), seen({ ...whole, autoscaler: scaledBy(3, '1') }));
  expect(body).toContainEqual({ op: 'add', path: '/spec/minReplicas', value: 1 });
  expect((await asked(batch(3), seen({ ...whole, autoscaler: scaledBy(1) }))).move).toEqual({
    is: 'done',
  });
});

describe('what other hands make of a batch while it is held', () => {
  const held: MadeSet = { ...half, annotations: notedAt(2) };
  const heldStill = (made: MadeSet) => asked(batch(1), seen(made), { wasDone: true });
  const managedFields = [{ manager: 'kubectl-scale', subresource: 'scale' }];

  test('is nothing while it is as it was left, also with more pods, or one that is not ready', async () => {
    expect((await heldStill(held)).move).toEqual({ is: 'done' });
    const more = [[v1], [v1], [v2], [v2]] as const;
    expect((await heldStill({ ...held, replicas: 4, places: more })).move).toEqual({ is: 'done' });
    const unready = [[v1], [v1], [v2, false]] as const;
    expect((await heldStill({ ...held, places: unready })).move.is).toBe('wait');
  });

  test.each<[string, Partial<MadeSet>, object]>([
    ['no place left for it', { replicas: 2, places: [[v1], [v1]] }, { replicas: 2 }],
    ['another partition', { partition: 0 }, { updateStrategy: expect.anything() }],
    ['the former template', { runs: v1 }, { db: v1.id }],
  ])('is told: %s', async (_, change, found) => {
    const { move } = await heldStill({ ...held, ...change, managedFields });
    expect(move).toMatchObject({ is: 'diverged', found: { ...found, by: 'kubectl-scale' } });
  });
});
