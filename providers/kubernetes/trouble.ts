import type { Condition } from '../../src/clients/kubernetes/index.ts';
import type { ContainerStatus, Deployment, Pod } from './objects.ts';

/** What keeps pods from coming up. `isFatal`: no more waiting will help. */
export interface Trouble {
  readonly words: string;
  readonly isFatal: boolean;
  /** Whose last words are worth reading. */
  readonly pod: string | null;
  /** It ran before, so its last words are those of the run before. */
  readonly hasCrashed: boolean;
}

/** How long each word of the platform may stay before it counts as the end; a word that is not here is waited out. */
const TROUBLE_PATIENCE_MS: Readonly<Record<string, number>> = {
  InvalidImageName: 0,
  ErrImageNeverPull: 0,
  ErrImagePull: 30_000,
  ImagePullBackOff: 30_000,
  ImageInspectError: 30_000,
  RegistryUnavailable: 60_000,
  CreateContainerConfigError: 15_000,
  CreateContainerError: 15_000,
  RunContainerError: 15_000,
  PostStartHookError: 15_000,
  PreStartHookError: 15_000,
  PreCreateHookError: 15_000,
  CrashLoopBackOff: 0,
};

/** A pull that was answered with this will be answered so again. */
const IS_FINAL = /not found|unauthorized|denied|forbidden|manifest unknown/i;
const REFUSED = 10_000;

/** The worst of it. */
export function troubleIn(
  deployment: Deployment,
  pods: readonly Pod[],
  now: number,
): Trouble | null {
  const found = [
    kubeRefusal(deployment, now),
    ...pods.flatMap((pod) => [
      ...containersIn(pod).map((one) => ofContainer(pod, one, now)),
      unplaced(pod),
    ]),
  ].filter((one) => one !== null);
  return found.find(({ isFatal }) => isFatal) ?? found[0] ?? null;
}

/** Pods that may not even be made: a quota, a policy, a webhook. */
function kubeRefusal({ status }: Deployment, now: number): Trouble | null {
  const condition = status?.conditions?.find(
    ({ type, status: is }) => type === 'ReplicaFailure' && is === 'True',
  );
  if (!condition) return null;
  return {
    words: `pods cannot be made: ${condition.message ?? condition.reason}`,
    isFatal: ageOf(condition, now) > REFUSED,
    pod: null,
    hasCrashed: false,
  };
}

const ageOf = ({ lastTransitionTime }: Condition, now: number) =>
  lastTransitionTime ? now - Date.parse(lastTransitionTime) : 0;

/** No node takes it. One may come: an autoscaler adds nodes. */
function unplaced({ metadata, status }: Pod): Trouble | null {
  const condition = status?.conditions?.find(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable',
  );
  if (!condition) return null;
  const words = `${metadata.name} fits on no node: ${condition.message ?? ''}`;
  return { words, isFatal: false, pod: null, hasCrashed: false };
}

const containersIn = ({ status }: Pod): readonly ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

function ofContainer(pod: Pod, container: ContainerStatus, now: number): Trouble | null {
  const waits = ofWaiting(pod, container, now);
  if (waits) return waits;
  const { state, lastState, restartCount, ready, name } = container;
  const about = `${pod.metadata.name}, container ${name}`;
  const last = lastState?.terminated ?? state?.terminated;
  const hasCrashed = last !== undefined && last.exitCode !== 0;
  if (ready || !hasCrashed) return null;
  return {
    words: `${about}: ${crash(last)}${restartCount > 0 ? `, restarted ${restartCount} times` : ''}`,
    // Between two crashes it looks as if it ran.
    isFatal: restartCount >= 2 || last.reason === 'OOMKilled',
    pod: pod.metadata.name,
    hasCrashed,
  };
}

function ofWaiting(pod: Pod, container: ContainerStatus, now: number): Trouble | null {
  const { state, lastState, name } = container;
  const { reason = '', message = '' } = state?.waiting ?? {};
  const patience = TROUBLE_PATIENCE_MS[reason];
  if (patience === undefined) return null;
  const last = lastState?.terminated ?? state?.terminated;
  const hasCrashed = last !== undefined && last.exitCode !== 0;
  const age = now - Date.parse(pod.status?.startTime ?? new Date(now).toISOString());
  const isFinal = reason.includes('Image') && IS_FINAL.test(message);
  const why = hasCrashed ? crash(last) : message;
  return {
    words: `${pod.metadata.name}, container ${name}: ${reason}${why ? `: ${why}` : ''}`,
    isFatal: isFinal || age >= patience,
    pod: pod.metadata.name,
    hasCrashed,
  };
}

const crash = ({ exitCode, reason }: { exitCode: number; reason?: string }) =>
  reason === 'OOMKilled'
    ? 'killed because it took too much memory'
    : `ended with exit code ${exitCode}`;

export const restartsOf = (pods: readonly Pod[]): number =>
  pods
    .flatMap((pod) => pod.status?.containerStatuses ?? [])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
