import { expect, test } from 'vitest';
import { MARK } from '../../../../providers/kubernetes/marks.ts';
import type { Autoscaler, Service, Template } from '../../../../providers/kubernetes/objects.ts';
import { reviewedSet } from '../../../../providers/kubernetes/stateful-set/review.ts';
import { setSightOf } from '../../../../providers/kubernetes/stateful-set/sight.ts';
import type { StatefulSet } from '../../../../providers/kubernetes/stateful-set/stateful-set.ts';
import type { Operation } from '../../../../src/contract/index.ts';
import { release } from '../sights.ts';

const [v1, v2] = [release('v1'), release('v2')];
const service: Service = { metadata: { name: 'db' }, spec: {} };
const autoscaler: Autoscaler = {
  metadata: { name: 'db-scaler' },
  spec: { scaleTargetRef: { kind: 'StatefulSet', name: 'db' }, minReplicas: 1, maxReplicas: 9 },
};

const replacing = (replaced: number): Operation => ({
  kind: 'replace',
  release: v2,
  from: v1,
  replaced,
  of: 3,
  surge: 0,
  unavailable: 1,
});

interface Reviewed {
  readonly status?: StatefulSet['status'];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly replaced?: number;
  readonly autoscaler?: Autoscaler;
  /** Rights that one has not. */
  readonly lacks?: readonly string[];
}

async function review({ status, annotations = {}, replaced = 1, lacks = [], ...more }: Reviewed) {
  const set: StatefulSet = {
    metadata: { name: 'db', generation: 2, annotations },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: v1.spec.template as Template,
    },
    status: { observedGeneration: 2, ...status },
  };
  const cluster = {
    now: () => 0,
    create: async (_: unknown, body: { spec: { resourceAttributes?: Record<string, string> } }) => {
      const { verb, resource } = body.spec.resourceAttributes ?? {};
      const rules = { resourceRules: [], incomplete: true };
      return { status: verb ? { allowed: !lacks.includes(`${verb} ${resource}`) } : rules };
    },
  };
  const connection = { namespace: 'shop', workload: 'db', service: 'db' };
  const seen = { ...setSightOf(set, [], []), service, autoscaler: null, now: 0, ...more };
  return reviewedSet([replacing(replaced)], seen, { cluster, connection } as never);
}

const UNFINISHED = { currentRevision: 'db-1', updateRevision: 'db-2' } as const;
const rollingOut = /has not finished its last rollout.*kubectl rollout undo statefulset\/db/;

test('a set that is one release is let through', async () => {
  const status = { currentRevision: 'db-2', updateRevision: 'db-2' };
  expect((await review({ status })).refusals).toEqual([]);
});

test('one whose last rollout is not finished is refused with what to do', async () => {
  const { refusals } = await review({ status: UNFINISHED });
  expect(refusals).toEqual([expect.stringMatching(rollingOut)]);
  expect((await review({ status: { observedGeneration: 1 } })).refusals).toHaveLength(1);
});

test('but not while its batches are ours, nor for a way back of all pods at once', async () => {
  const annotations = { [MARK.former]: '{"updateStrategy":null}' };
  expect((await review({ status: UNFINISHED, annotations })).refusals).toEqual([]);
  expect((await review({ status: UNFINISHED, replaced: 3 })).refusals).toEqual([]);
});

test('an autoscaler is told of, and who may not hold it is refused', async () => {
  const { refusals, notes } = await review({ autoscaler });
  expect(refusals).toEqual([]);
  expect(notes).toContainEqual(
    expect.stringMatching(/db-scaler.*takes the newest pods away first/),
  );
  const lacks = ['patch horizontalpodautoscalers'];
  expect((await review({ autoscaler, lacks })).refusals).toEqual([
    'you may not patch horizontalpodautoscalers in the namespace shop',
  ]);
  expect((await review({ lacks })).refusals).toEqual([]);
});

test('who may not look for autoscalers may deploy, and is told', async () => {
  const { refusals, notes } = await review({ lacks: ['list horizontalpodautoscalers'] });
  expect(refusals).toEqual([]);
  expect(notes).toContainEqual(
    expect.stringContaining('you may not list horizontalpodautoscalers'),
  );
});
