import type { FolderView, Sign, Starter } from '../../src/contract/index.ts';

/** So many files are read at most. */
const KUBE_MOST = 50;

/** A config for it needs a namespace and a context, which no folder tells, and the cluster does. */
export const kubernetesStarter: Starter = {
  signs,
  running: async (means) => (await import('./adoption.ts')).runningIn(means),
};

function signs({ files, read }: FolderView): readonly Sign[] {
  const manifests = files.filter((path) => /\.ya?ml$/.test(path)).slice(0, KUBE_MOST);
  const file = manifests.find((path) =>
    /^kind:\s*(Deployment|StatefulSet|Rollout)\s*$/m.test(read(path) ?? ''),
  );
  if (file === undefined) return [];
  const port = Number(/containerPort:\s*(\d+)/.exec(read(file) ?? '')?.[1] ?? 0) || null;
  const words = `${file}: a Kubernetes Deployment (what runs in a cluster: deployctl init --provider kubernetes)`;
  return [{ file, service: null, command: null, port, words }];
}
