/** What runs pods and can be deployed to. */
interface WorkloadKind {
  /** As the cluster calls it. */
  readonly title: string;
  /** As `kubectl` lets people call it, before the name. */
  readonly prefix: RegExp;
  /** Why a router has no place beside it; null where it has one. */
  readonly noRouter: string | null;
}

/** The first is meant where a name stands alone; the others keep their kind before their name. */
export const WORKLOADS = {
  deployment: {
    title: 'Deployment',
    prefix: /^(deployments?|deploy)(\.apps)?\//i,
    noRouter: null,
  },
  rollout: {
    title: 'Rollout',
    prefix: /^(rollouts?|ro)(\.argoproj\.io)?\//i,
    noRouter: 'no router: the Rollout names its own, in strategy.canary.trafficRouting',
  },
  statefulset: {
    title: 'StatefulSet',
    prefix: /^(statefulsets?|sts)(\.apps)?\//i,
    noRouter:
      'no router: a StatefulSet is deployed by strategy rolling, and requests follow its pods',
  },
} as const satisfies Readonly<Record<string, WorkloadKind>>;

type WorkloadName = keyof typeof WORKLOADS;
/** Those that a connection says. */
export type DrivenName = Exclude<WorkloadName, 'deployment'>;

const DRIVEN = Object.keys(WORKLOADS).filter((kind): kind is DrivenName => kind !== 'deployment');

/** `deploy/web` is web, `sts/db` is statefulset/db. */
export function workloadInWords(given: string): string {
  for (const [kind, { prefix }] of Object.entries(WORKLOADS))
    if (prefix.test(given)) return given.replace(prefix, kind === 'deployment' ? '' : `${kind}/`);
  return given;
}

/** Null for a Deployment. */
export const drivenIn = (workload: string): DrivenName | null =>
  DRIVEN.find((kind) => workload.startsWith(`${kind}/`)) ?? null;

export const nameIn = (workload: string): string => workload.slice(workload.indexOf('/') + 1);

/** Why they are none of these, and what to do. */
export const DAEMON_SET = /^(daemonsets?|ds)(\.apps)?\//i;
export const NO_DAEMON_SET =
  'a Deployment or a StatefulSet: a DaemonSet has one pod for each node, and its controller goes on by itself from node to node, so no batch of it would wait for a gate; use kubectl set image and kubectl rollout status';
