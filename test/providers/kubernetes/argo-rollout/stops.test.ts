import { describe, expect, test } from 'vitest';
import { rolloutSplit } from '../../../../providers/kubernetes/argo-rollout/sight.ts';
import {
  startsWithTraffic,
  stopsOf,
  stopWeightsOf,
} from '../../../../providers/kubernetes/argo-rollout/stops.ts';
import { kubernetesProvider } from '../../../../providers/kubernetes/index.ts';
import { kubeSettingsSchema } from '../../../../providers/kubernetes/settings.ts';
import { rollout, seen, under, v1, v2 } from './rollouts.ts';

describe('where a Rollout stops', () => {
  test('is at the pauses of its steps, and no other weight may be asked for', () => {
    expect(stopsOf(rollout({}))).toEqual([
      { weight: 20, goesOnAfter: null },
      { weight: 60, goesOnAfter: '5m' },
    ]);
    expect(stopWeightsOf(rollout({}))).toEqual({ only: [20, 60] });
    expect(startsWithTraffic(rollout({}))).toBe(true);
  });

  test('may be before there is any traffic', () => {
    const made = rollout({ steps: [{ pause: {} }, { setWeight: 5 }, { pause: { duration: 30 } }] });
    expect(startsWithTraffic(made)).toBe(false);
    expect(stopsOf(made)[1]).toEqual({ weight: 5, goesOnAfter: '30s' });
  });

  test('is in percent, whatever its router counts in', () => {
    const canary = {
      steps: [{ setWeight: 25 }, { pause: {} }],
      trafficRouting: { maxTrafficWeight: 1000 },
    };
    expect(stopWeightsOf(rollout({ strategy: { canary } }))).toEqual({ only: [2.5] });
  });
});

describe('its split', () => {
  test('is what the controller has written to its router', () => {
    const split = rolloutSplit(seen({ runs: v2, status: under(20) }));
    expect(split).toEqual({ [v1.id]: 80, [v2.id]: 20 });
  });

  test('is by ready pods where it has no router', () => {
    const made = seen({ runs: v2, status: { currentPodHash: 'h2' } }, { ready: 1 });
    expect(rolloutSplit(made)[v2.id]).toBeCloseTo(100 / 3);
  });
});

describe('a workload rollout/NAME', () => {
  const settings = { context: 'prod', namespace: 'shop', workload: 'rollout/web', image: 'web:v2' };
  const refusals = (more: object) =>
    kubeSettingsSchema.safeParse({ ...settings, ...more }).error?.issues.map(({ path }) => path[0]);

  test('is recorded, and the connection of a Deployment stays as it was', () => {
    const connect = (workload: string) =>
      kubernetesProvider.connection(kubeSettingsSchema.parse({ ...settings, workload }) as never, {
        service: 'web',
        environment: null,
        folder: '/',
        env: {},
      });
    expect(connect('rollouts.argoproj.io/web')).toMatchObject({
      workload: 'web',
      service: 'web',
      driven: 'rollout',
    });
    expect(connect('deployment/web')).not.toHaveProperty('driven');
  });

  test('brings its router and the rest of its pods itself', () => {
    expect(refusals({})).toBeUndefined();
    expect(refusals({ router: { httpRoute: 'web' } })).toEqual(['router']);
    expect(refusals({ image: undefined, kustomize: 'deploy' })).toEqual(['kustomize']);
  });
});
