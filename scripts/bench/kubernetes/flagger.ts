import type { KubeObject } from '../../../src/clients/kubernetes/index.ts';
import type { JsonObject } from '../../../src/contract/index.ts';
import { deployment, image } from '../../../test/real/kubernetes/manifests.ts';
import { applyKinds, Controller, peer } from './controller.ts';
import { LIMIT, makeOther, makeWay, QUERY, type Scene, type ToolKind } from './tool.ts';

interface Canary extends KubeObject {
  readonly status?: { readonly phase?: string };
}

const metricTemplate = ({ errors }: Scene): JsonObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'MetricTemplate',
  metadata: { name: 'errors' },
  spec: { provider: { type: 'prometheus', address: errors }, query: QUERY },
});

const canaryOf = ({ weights, isBad }: Scene): JsonObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'web' },
  spec: {
    provider: 'nginx',
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    ingressRef: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'web' },
    progressDeadlineSeconds: 120,
    service: { port: 80, targetPort: 'http' },
    analysis: {
      interval: '1s',
      threshold: 1,
      stepWeights: [...weights],
      ...(isBad
        ? {
            metrics: [
              {
                name: 'errors',
                templateRef: { name: 'errors' },
                thresholdRange: { max: LIMIT },
                interval: '1s',
              },
            ],
          }
        : {}),
    },
  },
});

export const flagger: ToolKind = {
  name: 'Flagger',
  async open(scene) {
    const { stage, kubeconfig, errors } = scene;
    applyKinds('flagger-kinds');
    await stage.make('deployments', deployment());
    await makeWay(scene, []);
    const controller = new Controller('10.88.0.22', [
      peer('flagger'),
      ...['-kubeconfig', kubeconfig, '-namespace', stage.namespace, '-mesh-provider', 'nginx'],
      ...['-metrics-server', errors, '-control-loop-interval', '1s', '-log-level', 'error'],
    ]);
    const place = ['flagger.app/v1beta1', 'metrictemplates'] as const;
    await makeOther(scene, place, metricTemplate(scene));
    await stage.make('canaries', canaryOf(scene));
    const phase = async () => (await stage.get<Canary>('canaries', 'web'))?.status?.phase;
    await stage.until('the Canary is initialized', async () => (await phase()) === 'Initialized');
    return {
      pid: () => controller.pid,
      async release(version) {
        const path = '/spec/template/spec/containers/0/image';
        const body = [{ op: 'replace', path, value: image(version) }];
        const place = { kind: 'deployments', namespace: stage.namespace, name: 'web' } as const;
        await stage.cluster.patch(place, { as: 'json', body });
        const end = scene.isBad ? 'Failed' : 'Succeeded';
        await stage.until(end, async () => (await phase()) === end, 180_000);
      },
      close: async () => {
        await stage.remove('canaries', 'web');
        await controller.end();
      },
    };
  },
};
