import type {
  Rollout,
  RolloutStatus,
  RolloutStep,
} from '../../../../providers/kubernetes/argo-rollout/rollout.ts';
import type { RolloutSight } from '../../../../providers/kubernetes/argo-rollout/sight.ts';
import type { ReplicaSet, Template } from '../../../../providers/kubernetes/objects.ts';
import type { Release } from '../../../../src/contract/index.ts';
import { pods, release } from '../sights.ts';

/** What is seen of a Rollout on its way from v1 to v2, made up. */

export const [v1, v2] = [release('v1'), release('v2')];
const templateIn = ({ spec }: Release) => spec.template as Template;

export const STEPS: readonly RolloutStep[] = [
  { setWeight: 20 },
  { pause: {} },
  { setWeight: 60 },
  { pause: { duration: '5m' } },
];

export interface Made {
  readonly runs?: Release;
  readonly steps?: readonly RolloutStep[];
  readonly status?: RolloutStatus;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly strategy?: Rollout['spec']['strategy'];
}

export function rollout({
  runs = v1,
  steps = STEPS,
  status = {},
  annotations = {},
  strategy,
}: Made): Rollout {
  return {
    metadata: { name: 'web', generation: 2, resourceVersion: '7', annotations },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: templateIn(runs),
      strategy: strategy ?? { canary: { steps, trafficRouting: {} } },
    },
    status: { observedGeneration: '2', stableRS: 'h1', currentPodHash: 'h1', ...status },
  };
}

const set = (hash: string, of: Release): ReplicaSet => ({
  metadata: { name: `web-${hash}`, labels: { 'rollouts-pod-template-hash': hash } },
  spec: { replicas: 2, template: templateIn(of) },
});

/** v2 has this weight, and the controller waits or goes on. */
export const under = (weight: number, more: RolloutStatus = {}): RolloutStatus => ({
  currentPodHash: 'h2',
  canary: {
    weights: {
      canary: { weight, podTemplateHash: 'h2' },
      stable: { weight: 100 - weight, podTemplateHash: 'h1' },
    },
  },
  ...more,
});

export const paused = (startTime = '2026-01-01T00:00:00Z'): RolloutStatus => ({
  controllerPause: true,
  pauseConditions: [{ reason: 'CanaryPauseStep', startTime }],
});

export function seen(made: Made, { ready = 2 } = {}): RolloutSight {
  const one = rollout(made);
  const isOne = one.status?.currentPodHash === 'h1';
  return {
    rollout: one,
    wanted: made.runs ?? v1,
    stable: v1,
    runs: [
      { release: v1, replicaSet: set('h1', v1), pods: pods(2) },
      ...(isOne ? [] : [{ release: v2, replicaSet: set('h2', v2), pods: pods(ready) }]),
    ],
    service: null,
    now: Date.parse('2026-01-01T01:00:00Z'),
  };
}
