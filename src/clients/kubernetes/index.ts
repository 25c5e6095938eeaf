import { Cluster } from './cluster.ts';
import { doorFromInside } from './credentials.ts';
import { doorOf, type KubeconfigDoor, readKubeconfig } from './kubeconfig.ts';
import { WAITS } from './patience.ts';

export { Cluster } from './cluster.ts';
export { withPrefix } from './connection.ts';
export { ApiError } from './failure.ts';
export type { Followed, Listed } from './followed.ts';
export type { KubeconfigDoor } from './kubeconfig.ts';
export type { Condition, KubeObject } from './objects.ts';
export { groupOf, type Kind, pathTo, resourceOf } from './paths.ts';
export { patiently } from './patience.ts';

/** Where one goes in: by a context of the kubeconfig, or as a pod of the cluster itself. */
export async function findDoor(
  context: string | null,
  env: Readonly<Record<string, string | undefined>>,
): Promise<KubeconfigDoor> {
  const inside = context === null || context === 'in-cluster' ? await doorFromInside(env) : null;
  return inside ?? doorOf(await readKubeconfig(env), context);
}

/** `waits`: ms before each further try of a request that may pass; none for whoever tries by himself. */
export const openCluster = (door: KubeconfigDoor, waits: readonly number[] = WAITS): Cluster =>
  new Cluster(door, waits);
