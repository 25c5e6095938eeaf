import { describe, expect, test } from 'vitest';
import { replace } from '../../../providers/kubernetes/operations/replace.ts';
import type { Replace } from '../../../src/contract/index.ts';
import { doing, type Home, home, pods, release, sight } from './sights.ts';

const [v1, v2] = [release('v1'), release('v2')];
const NEVER = { minReadySeconds: 2_147_483_646, progressDeadlineSeconds: 2_147_483_647 };

const batch = (replaced: number, more: Partial<Replace> = {}): Replace => ({
  kind: 'replace',
  release: v2,
  from: v1,
  replaced,
  of: 6,
  surge: 2,
  unavailable: 0,
  ...more,
});
const budget = (maxSurge: number, maxUnavailable: number | string) => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
  ...NEVER,
});

/** What the move would write into the spec, by path. */
async function written(seen: Home, operation: Replace): Promise<Record<string, unknown>> {
  const what = doing();
  const move = replace(operation, sight(home(seen)), what);
  if (move.is !== 'act') return { [move.is]: move.is === 'wait' ? move.words : true };
  await move.act();
  const spec = what.sent[0]?.body.filter(({ path }) => path.startsWith('/spec/')) ?? [];
  return Object.fromEntries(spec.map(({ path, value }) => [path.slice(6), value]));
}

describe('a batch is a change of the budget', () => {
  test('first as many new pods as may be there besides', async () => {
    const seen = { replicas: 6, wants: v1, runs: [[v1, pods(6)]] } as const;
    const changes = await written(seen, batch(2));
    expect(changes).toMatchObject(budget(2, 0));
    expect(changes.template).toEqual(v2.spec.template);
  });

  test('then old ones go, as many as new ones are ready', async () => {
    const fresh = [...pods(1), ...pods(1, { isReady: false })];
    const seen: Home = {
      replicas: 6,
      wants: v2,
      runs: [
        [v1, pods(6)],
        [v2, fresh],
      ],
      spec: budget(2, 0),
    };
    expect(await written(seen, batch(2))).toEqual({ strategy: budget(1, '17%').strategy });
  });

  test('in the end it stands still by itself', async () => {
    const seen: Home = {
      replicas: 6,
      wants: v2,
      runs: [
        [v1, pods(6)],
        [v2, pods(2)],
      ],
      spec: budget(2, 0),
    };
    expect(await written(seen, batch(2))).toEqual({ strategy: budget(0, '34%').strategy });
    const still: Home = {
      ...seen,
      runs: [
        [v1, pods(4)],
        [v2, pods(2)],
      ],
      spec: budget(0, '34%'),
    };
    expect(await written(still, batch(2))).toEqual({ done: true });
  });

  test('it is not done before the old pods are gone', async () => {
    const old = [...pods(4), ...pods(1, { isGoing: true })];
    const seen: Home = {
      replicas: 6,
      wants: v2,
      runs: [
        [v1, old],
        [v2, pods(2)],
      ],
      spec: budget(0, '34%'),
    };
    expect(await written(seen, batch(2))).toEqual({ wait: '1 former pods are on their way out' });
  });

  test('where none may be there besides, some go first', async () => {
    const seen = { replicas: 6, wants: v1, runs: [[v1, pods(6)]] } as const;
    expect(await written(seen, batch(2, { surge: 0, unavailable: 1 }))).toMatchObject(
      budget(0, '17%'),
    );
  });

  test('of another number of pods it is the same share', async () => {
    const seen: Home = {
      replicas: 9,
      wants: v2,
      runs: [
        [v1, pods(6)],
        [v2, pods(3)],
      ],
      spec: budget(0, '34%'),
    };
    expect(await written(seen, batch(2))).toEqual({ done: true });
  });

  test('a share that no whole percent says is a plain number', async () => {
    for (const [replicas, count, said] of [
      [250, 3, 3],
      [250, 50, '20%'],
    ] as const) {
      const seen: Home = {
        replicas,
        wants: v2,
        runs: [
          [v1, pods(replicas)],
          [v2, pods(count)],
        ],
        spec: budget(count, 0),
      };
      const changes = await written(seen, batch(count, { of: replicas }));
      expect(changes).toEqual({ strategy: budget(0, said).strategy });
    }
  });

  test('fewer of the new release are more of the former one', async () => {
    const seen: Home = {
      replicas: 6,
      wants: v2,
      runs: [
        [v1, pods(2)],
        [v2, pods(4)],
      ],
      spec: budget(0, '67%'),
    };
    const changes = await written(seen, batch(2));
    expect(changes.template).toEqual(v1.spec.template);
    expect(changes.strategy).toEqual(budget(2, '34%').strategy);
  });

  test('the way back is written although pods cannot be made, which is said only of what is waited for', () => {
    const refused: Home = {
      replicas: 6,
      wants: v2,
      runs: [
        [v1, pods(6)],
        [v2, []],
      ],
      spec: budget(2, 0),
    };
    const conditions = [
      {
        type: 'ReplicaFailure',
        status: 'True',
        message: 'exceeded quota',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ];
    const { deployment, ...stand } = home(refused);
    const status = { ...deployment.status, conditions };
    const seen = sight(
      { ...stand, deployment: { ...deployment, status } },
      { now: Date.parse('2026-01-01T01:00:00Z') },
    );
    expect(replace(batch(2), seen, doing())).toMatchObject({
      is: 'failed',
      words: 'pods cannot be made: exceeded quota',
    });
    expect(replace(batch(0), seen, doing())).toMatchObject({ is: 'act' });
  });

  test('the last batch has no room for another pod where none of them had', async () => {
    const seen: Home = {
      replicas: 6,
      wants: v2,
      runs: [
        [v1, pods(2)],
        [v2, pods(4)],
      ],
      spec: budget(0, '67%'),
    };
    const changes = await written(seen, batch(6, { surge: 0, unavailable: 1 }));
    expect(changes).toMatchObject({
      strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    });
  });

  test('none, and all, give the user’s own time back', async () => {
    const annotations = {
      'deployctl.dev/former': JSON.stringify({
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
        minReadySeconds: null,
        progressDeadlineSeconds: 600,
      }),
    };
    const seen: Home = {
      replicas: 6,
      wants: v2,
      runs: [
        [v1, pods(4)],
        [v2, pods(2)],
      ],
      spec: budget(0, '34%'),
      annotations,
    };
    const own = {
      progressDeadlineSeconds: 600,
      strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } },
    };
    const forward = await written(seen, batch(6));
    expect(forward).toMatchObject(own);
    expect(Object.keys(forward)).not.toContain('template');
    const back = await written(seen, batch(0));
    expect(back).toMatchObject({ ...own, template: v1.spec.template });
    expect(Object.keys(back)).toContain('minReadySeconds');
  });
});

describe('what other hands make of a batch while it is held', () => {
  const stood: Home = {
    replicas: 6,
    wants: v2,
    runs: [
      [v1, pods(4)],
      [v2, pods(2)],
    ],
    spec: budget(0, '34%'),
  };
  const held = (more: Partial<Home> = {}, over: Partial<Replace> = {}) => {
    const what = doing();
    const context = { ...what.context, wasDone: true as const };
    return replace(batch(2, over), sight(home({ ...stood, ...more })), { ...what, context });
  };

  test('is nothing while it stands', () => {
    expect(held()).toEqual({ is: 'done' });
  });

  test('is told where the template is another, or the controller goes on by itself', () => {
    expect(held({ wants: v1 })).toMatchObject({ is: 'diverged', found: { web: v1.id } });
    const spec = { ...budget(0, '34%'), minReadySeconds: 0 };
    expect(held({ spec })).toMatchObject({ is: 'diverged', found: { minReadySeconds: 0 } });
    expect(held({ spec }, { replaced: 6 }).is).not.toBe('diverged');
  });
});
