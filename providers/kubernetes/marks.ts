import type { ReleaseId } from '../../src/contract/index.ts';

const kubeAt = <T extends string>(name: T) => `deployctl.dev/${name}` as const;

/** What is written on objects so that any machine can tell what they are. */
export const MARK = {
  /** Label of all that is made beside a workload: its name. */
  workload: kubeAt('workload'),
  /** Label: the release that an object of ours belongs to. */
  release: kubeAt('release'),
  /** Annotation: the whole release, as JSON. */
  record: kubeAt('release-record'),
  /** Annotation of a Rollout: the whole release that it falls back to, as JSON. */
  stable: kubeAt('stable-record'),
  /** Annotation of the workload: the release that was promoted. */
  live: kubeAt('live'),
  /** Annotation of the workload: the newest holder that acted. */
  fence: kubeAt('fence'),
  /** Annotation: the key of the last operation that changed the object. */
  operation: kubeAt('operation'),
  /** Annotation of a router's object: what each workload has changed of it, as JSON. */
  routes: kubeAt('routes'),
  /** Annotation of a Service that is the router: when its split was changed, by the server's clock, ms. */
  routedAt: kubeAt('routed-at'),
  /** Annotation: settings of the user's as they were before a deployment changed them, as JSON. */
  former: kubeAt('former'),
  deployment: kubeAt('deployment'),
  target: kubeAt('target'),
} as const;

export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'deployctl' } as const;

const LONGEST_WORKLOAD = 33;

/** Name of the objects of a release beside the workload: at most 47 characters, since pods are named after it. */
export function sideName(workload: string, release: ReleaseId): string {
  return `${sidePrefix(workload)}${release.slice(-8)}`;
}

const sidePrefix = (workload: string) =>
  `${workload.slice(0, LONGEST_WORKLOAD).replace(/[-.]+$/, '')}-dctl-`;

/** Whether such an object is called so, also when it is gone. */
export const isSideName = (workload: string, name: string): boolean =>
  name.startsWith(sidePrefix(workload));

/** Null takes one away. */
export type Annotations = Readonly<Record<string, string | null>>;

/** Changes of a JSON patch; what is there now, and what is not, must be so still when it arrives. */
export function annotating(
  { annotations: present }: { readonly annotations?: Readonly<Record<string, string>> },
  wanted: Annotations,
): readonly object[] {
  const changes = Object.entries(wanted).flatMap(([key, value]) => {
    const path = `${ANNOTATIONS}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const before = present?.[key] ?? null;
    const unchanged = { op: 'test', path, value: before };
    if (value !== null) return [unchanged, { op: 'add', path, value }];
    return before === null ? [] : [unchanged, { op: 'remove', path }];
  });
  return present ? changes : [...NO_ANNOTATIONS, ...changes];
}

const ANNOTATIONS = '/metadata/annotations';
/** Others may have written the first one meanwhile: it stays. */
const NO_ANNOTATIONS = [
  { op: 'test', path: ANNOTATIONS, value: null },
  { op: 'add', path: ANNOTATIONS, value: {} },
] as const;
