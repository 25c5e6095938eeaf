import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { adoptingConfig } from '../../../providers/kubernetes/adoption-config.ts';
import { kubeSettingsSchema } from '../../../providers/kubernetes/settings.ts';
import { home, pods, release } from './sights.ts';

const v1 = release('v1');
const { deployment } = home({ replicas: 3, wants: v1, runs: [[v1, pods(3)]] });
const service = { metadata: { name: 'front' }, spec: { selector: { app: 'web' } } };

const written = (image: string, context = 'prod') => {
  const container = { name: 'web', image, readinessProbe: { httpGet: { path: '/readyz' } } };
  const template = { ...deployment.spec.template, spec: { containers: [container] } };
  const found = { ...deployment, spec: { ...deployment.spec, template } };
  const route = { metadata: { name: 'shop' }, spec: {} };
  return parse(
    adoptingConfig({ context, kind: 'deployment', workload: found, service, route }, 'canary'),
  );
};

test('a workload that runs becomes a config, with the way that leads to it', () => {
  const config = written('registry.test:5000/team/shop:v41@sha256:abc');
  expect(config).toMatchObject({
    service: 'web',
    release: 'v41',
    gates: { answers: { http: '/readyz' } },
    provider: {
      kubernetes: {
        workload: 'deployment/web',
        image: `registry.test:5000/team/shop:\${release}`,
        service: 'front',
        router: { httpRoute: 'shop' },
      },
    },
  });
  expect(kubeSettingsSchema.safeParse(config.provider.kubernetes).success).toBe(true);
});

test('names of contexts and images without a tag are as they are', () => {
  const config = written('registry.test:5000/shop', 'arn:aws:eks:eu:1:cluster/shop');
  expect(config.provider.kubernetes.context).toBe('arn:aws:eks:eu:1:cluster/shop');
  expect(config.store).toContain('context=arn%3Aaws');
  expect(config.provider.kubernetes.image).toBe(`registry.test:5000/shop:\${release}`);
});

test('a StatefulSet is deployed in place, whatever strategy is asked for', () => {
  const found = { context: 'prod', kind: 'statefulset', workload: deployment, service } as const;
  const config = parse(adoptingConfig({ ...found, route: null }, 'canary'));
  expect(config).toMatchObject({
    strategy: 'rolling',
    rolling: { batch: 1, maxUnavailable: 1, maxSurge: 0 },
    provider: { kubernetes: { workload: 'statefulset/web' } },
  });
  expect(config.provider.kubernetes.router).toBeUndefined();
  expect(kubeSettingsSchema.safeParse(config.provider.kubernetes).success).toBe(true);
});
