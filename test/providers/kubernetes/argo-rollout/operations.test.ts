import { describe, expect, test } from 'vitest';
import { nextRolloutMove } from '../../../../providers/kubernetes/argo-rollout/operations.ts';
import type { RolloutSight } from '../../../../providers/kubernetes/argo-rollout/sight.ts';
import { MARK } from '../../../../providers/kubernetes/marks.ts';
import type { Operation, OperationContext } from '../../../../src/contract/index.ts';
import { doing } from '../sights.ts';
import { paused, STEPS, seen, under, v1, v2 } from './rollouts.ts';

const start: Operation = { kind: 'start', release: v2, capacity: 20, weights: [20, 60, 100] };
const routed = (share: number): Operation => ({
  kind: 'route',
  split: { [v1.id]: 100 - share, [v2.id]: share },
  match: null,
});

async function asked(
  operation: Operation,
  sight: RolloutSight,
  over: Partial<OperationContext> = {},
) {
  const what = doing();
  const context = { ...what.context, ...over };
  const move = nextRolloutMove(operation, sight, { ground: what.ground, context });
  if (move.is === 'act') await move.act();
  return { move, sent: what.sent.map(({ body }) => body) };
}

const told = (status: object) => [{ metadata: { resourceVersion: '7' }, status }];

describe('a release comes up by the Rollout’s own steps', () => {
  test('it gets the template, and what it would fall back to is noted with the same write', async () => {
    const { sent } = await asked(start, seen({}));
    const [patch] = sent;
    expect(patch).toContainEqual({ op: 'test', path: '/metadata/generation', value: 2 });
    expect(patch).toContainEqual({
      op: 'replace',
      path: '/spec/template',
      value: v2.spec.template,
    });
    const noted = patch?.find(({ op, path }) => op === 'add' && path.includes('stable-record'));
    expect(JSON.parse(String(noted?.value))).toEqual(v1);
  });

  test('it is up once the first weight is there, without a word to the controller', async () => {
    const { move, sent } = await asked(start, seen({ runs: v2, status: under(20, paused()) }));
    expect(move.is).toBe('done');
    expect(sent).toEqual([]);
  });

  test('nothing is told while the controller has not seen the change', async () => {
    const status = under(20, { ...paused(), observedGeneration: '1' });
    const { move } = await asked(routed(60), seen({ runs: v2, status }));
    expect(move).toMatchObject({ is: 'wait', words: expect.stringContaining('does it run?') });
  });

  test('pods that never come up end it', async () => {
    const sight = seen({ runs: v2, status: under(0) });
    const [, run] = sight.runs;
    const waiting = { reason: 'ErrImageNeverPull', message: 'no such image' };
    const state = { name: 'web', ready: false, restartCount: 0, state: { waiting } };
    const broken = (run?.pods ?? []).map((pod) => ({
      ...pod,
      status: { containerStatuses: [state] },
    }));
    const runs = sight.runs.map((one) => (one === run ? { ...one, pods: broken } : one));
    expect((await asked(start, { ...sight, runs })).move).toMatchObject({
      is: 'failed',
      words: expect.stringContaining('ErrImageNeverPull'),
    });
  });
});

describe('a change of weight', () => {
  test('tells the controller to go on where it waits for somebody, onto what was read', async () => {
    const { sent } = await asked(
      routed(60),
      seen({ runs: v2, status: { ...under(20, paused()), currentStepIndex: 1 } }),
    );
    expect(sent).toEqual(told({ pauseConditions: null }));
  });

  test('waits where the Rollout pauses for a time of its own', async () => {
    const status = { ...under(60, paused()), currentStepIndex: 3 };
    const { move, sent } = await asked(routed(100), seen({ runs: v2, status }));
    expect(move).toMatchObject({ is: 'wait', words: expect.stringContaining('5m') });
    expect(sent).toEqual([]);
  });

  test('is not told twice while the controller is on its way', async () => {
    const status = { ...under(20, { controllerPause: true }), currentStepIndex: 1 };
    const { move, sent } = await asked(routed(60), seen({ runs: v2, status }));
    expect(move.is).toBe('wait');
    expect(sent).toEqual([]);
  });

  test('of more than was asked for stays done, for it goes on by itself', async () => {
    const status = under(60, paused());
    const over = { wasDone: true } as const;
    expect((await asked(routed(20), seen({ runs: v2, status }), over)).move.is).toBe('done');
  });

  test('that others have aborted is a failure', async () => {
    const status = under(0, { abort: true, message: 'by hand' });
    expect((await asked(routed(20), seen({ runs: v2, status }), { wasDone: true })).move).toEqual({
      is: 'failed',
      words: 'the Rollout web was aborted: by hand',
    });
  });

  test('to everything, from nothing, skips what lies between', async () => {
    const { sent } = await asked(routed(100), seen({ runs: v2, status: under(0, paused()) }));
    expect(sent).toEqual(told({ promoteFull: true }));
  });
});

describe('a change that others have a part in', () => {
  const justNow = '2026-01-01T00:59:59.500Z';

  test('is not done before those who send requests have learned of it', async () => {
    const reached = seen({ runs: v2, status: under(20, paused(justNow)) });
    expect((await asked(routed(20), reached)).move.is).toBe('wait');
    const aborted = seen({ runs: v2, status: under(0, { abort: true, abortedAt: justNow }) });
    const back = { direction: 'back' } as const;
    expect((await asked(routed(0), aborted, back)).move.is).toBe('wait');
  });

  test('has failed where an analysis of the Rollout cannot tell', async () => {
    const pauseConditions = [{ reason: 'InconclusiveAnalysisRun' }];
    const status = under(20, { controllerPause: true, pauseConditions });
    expect((await asked(routed(60), seen({ runs: v2, status }))).move).toMatchObject({
      is: 'failed',
      words: expect.stringContaining('inconclusive'),
    });
  });

  test('that was done is theirs once they roll out something else, and is not aborted', async () => {
    const status = under(20, paused());
    const { move, sent } = await asked(routed(0), seen({ runs: v2, status }), { wasDone: true });
    expect(move.is).toBe('diverged');
    expect(sent).toEqual([]);
  });
});

describe('the way back', () => {
  const back: Operation = { kind: 'route', split: { [v1.id]: 100 }, match: null };
  const over = { direction: 'back' } as const;

  test('aborts first, which takes the traffic off', async () => {
    const { sent } = await asked(back, seen({ runs: v2, status: under(20, paused()) }), over);
    expect(sent).toEqual(told({ abort: true }));
  });

  test('puts the template back only when no traffic is left on it', async () => {
    const retire: Operation = { kind: 'retire', release: v2.id, keeps: v1.id };
    const status = under(20, { abort: true });
    expect((await asked(retire, seen({ runs: v2, status }), over)).move.is).toBe('wait');
    const off = seen({ runs: v2, status: under(0, { abort: true }) });
    const { sent } = await asked(retire, off, over);
    expect(sent[0] as object[]).toContainEqual({
      op: 'replace',
      path: '/spec/template',
      value: v1.spec.template,
    });
  });

  test('never removes what the Rollout falls back to', async () => {
    const retire: Operation = { kind: 'retire', release: v1.id, keeps: v2.id };
    expect((await asked(retire, seen({ runs: v2, status: under(60) }))).move.is).toBe('refuse');
  });
});

test('one that was aborted before is tried again by whoever starts it, and only once', async () => {
  const status = under(0, { abort: true });
  const first = await asked(start, seen({ runs: v2, status }));
  expect(first.sent[0]).toEqual(told({ abort: false })[0]);
  const annotations = { [MARK.operation]: doing().context.key };
  expect((await asked(start, seen({ runs: v2, status, annotations }))).move.is).toBe('failed');
});

test('a blue-green Rollout stands at its pause until everything goes to it', async () => {
  const strategy = { blueGreen: { activeService: 'web', autoPromotionEnabled: false } };
  const pause = { controllerPause: true, pauseConditions: [{ reason: 'BlueGreenPause' }] };
  const status = { currentPodHash: 'h2', blueGreen: { activeSelector: 'h1' }, ...pause };
  const made = seen({ runs: v2, steps: STEPS, strategy, status });
  const whole: Operation = { ...start, kind: 'start', capacity: 100, weights: [100] };
  expect((await asked(whole, made)).move.is).toBe('done');
  expect((await asked(routed(100), made)).sent).toEqual(told({ pauseConditions: null }));
});
