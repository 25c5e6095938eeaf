import { expect, test } from 'vitest';
import { refusedOf } from '../../../providers/kubernetes/rights.ts';
import type { Right } from '../../../providers/kubernetes/routers/index.ts';
import type { Cluster } from '../../../src/clients/kubernetes/index.ts';

const RIGHTS: readonly Right[] = [
  { kind: 'deployments', verbs: ['get', 'patch'] },
  { kind: 'deployments', part: 'scale', verbs: ['patch'] },
  { kind: 'pods', verbs: ['list'] },
];

interface Rules {
  readonly resourceRules: readonly object[];
  readonly incomplete?: boolean;
}

/** A cluster that lists these rules, and grants nothing when it is asked for one right. */
function asking(rules: Rules) {
  const asked: string[] = [];
  const create = async ({ kind }: { kind: string }) => {
    asked.push(kind);
    return { status: kind === 'selfsubjectrulesreviews' ? rules : { allowed: false } };
  };
  const refused = refusedOf(RIGHTS, { create } as unknown as Cluster, 'shop');
  return refused.then((words) => ({ words, single: asked.length - 1 }));
}

const rule = (verbs: string[], apiGroups: string[], resources: string[], more = {}) => ({
  ...{ verbs, apiGroups, resources },
  ...more,
});
const APPS = rule(['get', 'patch'], ['apps'], ['deployments', 'deployments/scale']);
const PODS = rule(['list'], [''], ['pods']);

test('all that the cluster lists takes one question', async () => {
  expect(await asking({ resourceRules: [APPS, PODS] })).toEqual({ words: [], single: 0 });
  expect(await asking({ resourceRules: [rule(['*'], ['*'], ['*'])] })).toEqual({
    words: [],
    single: 0,
  });
});

test.each([
  ['is not listed', [APPS], ['list pods']],
  ['is of another group', [APPS, rule(['list'], ['metrics.k8s.io'], ['pods'])], ['list pods']],
  ['is of single objects', [APPS, { ...PODS, resourceNames: ['a'] }], ['list pods']],
  [
    'is of the whole and not of its part',
    [rule(['get', 'patch'], ['apps'], ['deployments']), PODS],
    ['patch deployments/scale'],
  ],
])('a right that %s is asked for by itself', async (_, resourceRules, words) => {
  expect(await asking({ resourceRules })).toEqual({ words, single: 1 });
});

test('where the list may not be all, or says too much, every right is asked for', async () => {
  const { words, single } = await asking({ resourceRules: [APPS, PODS], incomplete: true });
  expect(words).toHaveLength(4);
  expect(single).toBe(4);
});
