import { describe, expect, test } from 'vitest';
import type { ContainerStatus, Pod } from '../../../providers/kubernetes/objects.ts';
import { troubleIn } from '../../../providers/kubernetes/trouble.ts';
import { home, pod, release } from './sights.ts';

const { deployment } = home({ replicas: 1, wants: release('v2'), runs: [] });
const BEGUN = '2026-01-01T00:00:00Z';
const later = (seconds: number) => Date.parse(BEGUN) + seconds * 1000;

function withContainer(status: Partial<ContainerStatus>): Pod {
  const own = pod({ isReady: false });
  const container = { name: 'web', ready: false, restartCount: 0, ...status };
  return { ...own, status: { ...own.status, startTime: BEGUN, containerStatuses: [container] } };
}
const waiting = (reason: string, message = '') =>
  withContainer({ state: { waiting: { reason, message } } });
const crashed = (restartCount: number, terminated = { exitCode: 1 }) =>
  withContainer({ restartCount, state: { running: {} }, lastState: { terminated } });

const judged = (seen: Pod, seconds: number) => troubleIn(deployment, [seen], later(seconds));

describe('what keeps a pod from coming up', () => {
  test.each([
    ['an image with no name', waiting('InvalidImageName'), 0],
    ['an image that the registry does not have', waiting('ErrImagePull', 'not found'), 1],
    ['a pull that still fails after half a minute', waiting('ImagePullBackOff', 'i/o timeout'), 31],
    ['a Secret that is missing', waiting('CreateContainerConfigError', 'secret "k" not found'), 16],
    ['a crash loop', waiting('CrashLoopBackOff'), 1],
    ['two crashes, between which it looks well', crashed(2), 5],
    ['too much memory, at once', crashed(1, { exitCode: 137, reason: 'OOMKilled' } as never), 5],
  ])('%s is the end of it', (_what, seen, seconds) => {
    expect(judged(seen, seconds)).toMatchObject({ isFatal: true });
  });

  test.each([
    ['a pull that failed once', waiting('ErrImagePull', 'i/o timeout'), 5],
    ['a Secret that may come', waiting('CreateContainerConfigError', 'secret "k" not found'), 5],
    ['one crash', crashed(1), 5],
  ])('%s is waited out, and told', (_what, seen, seconds) => {
    expect(judged(seen, seconds)).toMatchObject({ isFatal: false, words: expect.any(String) });
  });

  test('a pod that is being made is no trouble', () => {
    expect(judged(waiting('ContainerCreating'), 60)).toBeNull();
  });

  test('no node that takes it is waited out: one may come', () => {
    const own = pod({ isReady: false });
    const conditions = [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes' },
    ];
    const seen = judged({ ...own, status: { ...own.status, conditions } }, 600);
    expect(seen).toMatchObject({ isFatal: false, words: expect.stringContaining('0/1 nodes') });
  });

  test('pods that may not even be made are told with the reason', () => {
    const refused = {
      type: 'ReplicaFailure',
      status: 'True',
      message: 'exceeded quota: two',
      lastTransitionTime: BEGUN,
    };
    const quota = { ...deployment, status: { conditions: [refused] } };
    expect(troubleIn(quota, [], later(5))).toMatchObject({ isFatal: false });
    expect(troubleIn(quota, [], later(11))).toMatchObject({
      isFatal: true,
      words: expect.stringContaining('exceeded quota'),
    });
  });
});
