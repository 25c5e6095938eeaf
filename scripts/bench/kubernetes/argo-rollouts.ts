import type { JsonObject } from '../../../src/contract/index.ts';
import { deployment, image } from '../../../test/real/kubernetes/manifests.ts';
import type { RolloutObject } from '../../../test/real/kubernetes/rollouts.ts';
import { applyKinds, Controller, peer } from './controller.ts';
import { LIMIT, makeOther, makeWay, QUERY, type Scene, type ToolKind } from './tool.ts';

const analysisTemplate = ({ errors }: Scene): JsonObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 'errors' },
  spec: {
    metrics: [
      {
        name: 'errors',
        interval: '1s',
        successCondition: `result[0] <= ${LIMIT}`,
        failureLimit: 0,
        provider: { prometheus: { address: errors, query: QUERY } },
      },
    ],
  },
});

const canaryOf = ({ weights, isBad }: Scene): JsonObject => ({
  stableService: 'web',
  canaryService: 'web-canary',
  trafficRouting: { nginx: { stableIngress: 'web' } },
  ...(isBad ? { analysis: { templates: [{ templateName: 'errors' }] } } : {}),
  steps: weights.flatMap((setWeight): JsonObject[] =>
    isBad ? [{ setWeight }, { pause: { duration: '60s' } }] : [{ setWeight }],
  ),
});

export const argoRollouts: ToolKind = {
  name: 'Argo Rollouts',
  async open(scene) {
    const { stage, kubeconfig } = scene;
    applyKinds('rollouts-kinds');
    const controller = new Controller('10.88.0.21', [
      peer('rollouts'),
      ...['--kubeconfig', kubeconfig, '--namespaced', '--namespace', stage.namespace],
      '--leader-elect=false',
    ]);
    await makeWay(scene, ['web', 'web-canary']);
    const place = ['argoproj.io/v1alpha1', 'analysistemplates'] as const;
    await makeOther(scene, place, analysisTemplate(scene));
    const { spec } = deployment() as { spec: JsonObject };
    await stage.make('rollouts', {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'web' },
      spec: { ...spec, strategy: { canary: canaryOf(scene) } },
    });
    const phase = async () => {
      const found = await stage.get<RolloutObject & Seen>('rollouts', 'web');
      const { status, metadata } = found ?? {};
      return Number(status?.observedGeneration) === metadata?.generation ? status?.phase : null;
    };
    await stage.until('the Rollout is healthy', async () => (await phase()) === 'Healthy');
    return {
      pid: () => controller.pid,
      async release(version) {
        const path = '/spec/template/spec/containers/0/image';
        const body = [{ op: 'replace', path, value: image(version) }];
        const place = { kind: 'rollouts', namespace: stage.namespace, name: 'web' } as const;
        await stage.cluster.patch(place, { as: 'json', body });
        const end = scene.isBad ? 'Degraded' : 'Healthy';
        await stage.until(end, async () => (await phase()) === end, 180_000);
      },
      close: async () => {
        await stage.remove('rollouts', 'web');
        await controller.end();
      },
    };
  },
};

interface Seen {
  readonly metadata: { readonly generation?: number };
  readonly status?: { readonly observedGeneration?: string };
}
