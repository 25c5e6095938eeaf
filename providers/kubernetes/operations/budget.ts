import type { KubeObject } from '../../../src/clients/kubernetes/index.ts';
import type { Deployment, KubeAmount, Selector } from '../objects.ts';
import type { KubeGround, Sight, Stand } from '../sight.ts';
import type { Distinction } from '../template.ts';

interface Budget extends KubeObject {
  readonly spec: {
    readonly selector?: Selector;
    readonly minAvailable?: KubeAmount;
    readonly maxUnavailable?: KubeAmount;
    readonly unhealthyPodEvictionPolicy?: string;
  };
}

/** As it is sent, without its marks. */
export interface BudgetBody {
  readonly metadata: { readonly name: string };
  readonly spec: object;
}

/**
 * What the user's PodDisruptionBudgets promise for the workload's own pods, for pods beside it, which
 * no selector of the user's takes for the workload's. Many may not read them: then there are none.
 */
export async function budgetsFor(
  side: Deployment,
  { home, distinction }: Sight,
  { ground, signal }: { readonly ground: KubeGround; readonly signal: AbortSignal | undefined },
): Promise<readonly BudgetBody[]> {
  const { cluster, connection } = ground;
  if (!home || !distinction) return [];
  const all = await cluster
    .list<Budget>({ kind: 'poddisruptionbudgets', namespace: connection.namespace }, { signal })
    .catch((error) => {
      if (error?.failure === 'denied') return [];
      throw error;
    });
  return all
    .filter((budget) => isBudgetOf(budget, home, distinction))
    .map((budget, index) => ({
      metadata: {
        name: index === 0 ? side.metadata.name : `${side.metadata.name}-${index + 1}`,
      },
      spec: {
        ...promised(budget, home.deployment.spec.replicas ?? 1),
        selector: {
          ...budget.spec.selector,
          matchLabels: {
            ...budget.spec.selector?.matchLabels,
            [distinction.key]: side.metadata.name,
          },
        },
      },
    }));
}

/** It selects the workload's pods, and those beside it only if it does not ask for what tells them apart. */
function isBudgetOf({ spec }: Budget, { deployment }: Stand, { key }: Distinction): boolean {
  const wanted = spec.selector?.matchLabels ?? {};
  const labels = deployment.spec.template.metadata?.labels ?? {};
  const entries = Object.entries(wanted);
  return (
    entries.length > 0 &&
    entries.every(([name, value]) => labels[name] === value) &&
    Object.hasOwn(wanted, key)
  );
}

/** A number of all pods is a share of them: there are fewer beside it, and none could ever be moved. */
function promised({ spec }: Budget, full: number): object {
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy: policy } = spec;
  const least =
    typeof minAvailable === 'number'
      ? `${Math.floor((100 * Math.min(minAvailable, full)) / full)}%`
      : minAvailable;
  return {
    ...(least === undefined ? {} : { minAvailable: least }),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
    ...(policy === undefined ? {} : { unhealthyPodEvictionPolicy: policy }),
  };
}
