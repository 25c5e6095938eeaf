import type { Condition, KubeObject } from '../../../src/clients/kubernetes/index.ts';
import type { JsonObject } from '../../../src/contract/index.ts';
import type { Selector, Template } from '../objects.ts';

/** What is read of a Rollout of Argo Rollouts. */
export interface Rollout extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly selector: Selector;
    readonly template?: Template;
    /** Instead of a template of its own. */
    readonly workloadRef?: JsonObject & { readonly name: string };
    readonly strategy: { readonly canary?: Canary; readonly blueGreen?: BlueGreen };
  };
  readonly status?: RolloutStatus;
}

interface Canary {
  readonly steps?: readonly RolloutStep[];
  readonly stableService?: string;
  readonly trafficRouting?: JsonObject & { readonly maxTrafficWeight?: number };
}

interface BlueGreen {
  readonly autoPromotionEnabled?: boolean;
  readonly activeService: string;
}

export interface RolloutStep {
  readonly setWeight?: number;
  readonly pause?: { readonly duration?: string | number };
}

export interface RolloutStatus {
  /** As a text, unlike everywhere else. */
  readonly observedGeneration?: string;
  readonly phase?: string;
  readonly message?: string;
  readonly abort?: boolean;
  readonly abortedAt?: string;
  readonly promoteFull?: boolean;
  readonly controllerPause?: boolean;
  readonly pauseConditions?: readonly { readonly reason: string; readonly startTime?: string }[];
  readonly currentStepIndex?: number;
  readonly currentPodHash?: string;
  readonly stableRS?: string;
  readonly canary?: { readonly weights?: RolloutWeights | null };
  readonly blueGreen?: { readonly activeSelector?: string };
  readonly conditions?: readonly Condition[];
}

interface RolloutWeights {
  readonly canary: RolloutWeight;
  readonly stable: RolloutWeight;
  readonly verified?: boolean | null;
}

interface RolloutWeight {
  readonly weight: number;
  readonly podTemplateHash?: string;
}

/** Label of the sets and pods that the controller makes of one template. */
export const HASH_LABEL = 'rollouts-pod-template-hash';

export const rolloutStatusOf = ({ status }: Rollout): RolloutStatus => status ?? {};

/** Until then its status tells of what was before. */
export const isSeen = (rollout: Rollout): boolean =>
  Number(rolloutStatusOf(rollout).observedGeneration) === rollout.metadata.generation;

/** The controller follows no other template at the moment. */
export const isWholeRollout = (rollout: Rollout): boolean => {
  const { stableRS, currentPodHash } = rolloutStatusOf(rollout);
  return isSeen(rollout) && stableRS !== undefined && stableRS === currentPodHash;
};
