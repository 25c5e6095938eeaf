import { expect, test } from 'vitest';
import { MARK } from '../../../../providers/kubernetes/marks.ts';
import type { Pod, Template } from '../../../../providers/kubernetes/objects.ts';
import { nextSetMove } from '../../../../providers/kubernetes/stateful-set/operations.ts';
import { type SetSight, setSightOf } from '../../../../providers/kubernetes/stateful-set/sight.ts';
import type { StatefulSet } from '../../../../providers/kubernetes/stateful-set/stateful-set.ts';
import type { Operation, OperationContext, Release } from '../../../../src/contract/index.ts';
import { doing, release } from '../sights.ts';

const [v1, v2] = [release('v1'), release('v2')];
const templateIn = ({ spec }: Release) => spec.template as Template;
const NOTED = { [MARK.former]: '{"updateStrategy":null}' };

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
}

function seen({ runs, partition, annotations = {}, places }: MadeSet): SetSight {
  const set: StatefulSet = {
    metadata: { name: 'db', generation: 2, annotations },
    spec: {
      replicas: 3,
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
  return { ...setSightOf(set, revisions, pods), service: null, now: 0 };
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
  expect(JSON.stringify(body)).toContain('{\\"updateStrategy\\":null}');
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
