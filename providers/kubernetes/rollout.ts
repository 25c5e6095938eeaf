import type { Deployment } from './objects.ts';

/** What a Deployment still has to do until all of its pods are of its template; null when it is done. */
export function rolloutLag({ metadata, spec, status = {} }: Deployment): string | null {
  const wanted = spec.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0))
    return 'the controller has not seen the change yet';
  if (updatedReplicas < wanted)
    return `${updatedReplicas} of ${wanted} pods are of the new version`;
  if (replicas > updatedReplicas) return `${replicas - updatedReplicas} old pods are left`;
  if (availableReplicas < updatedReplicas)
    return `${availableReplicas} of ${updatedReplicas} pods are ready`;
  return null;
}
