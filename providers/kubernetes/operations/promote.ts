import type { Promote } from '../../../src/contract/index.ts';
import { MARK } from '../marks.ts';
import type { Sight } from '../sight.ts';
import type { Doing } from './index.ts';
import { KUBE_DONE, type Move } from './move.ts';

/** A mark on the workload: what serves is decided by the router. */
export function promote({ release }: Promote, { home }: Sight, { ground }: Doing): Move {
  const { cluster, connection } = ground;
  const { namespace, workload: name } = connection;
  if (!home) return { is: 'refuse', words: `there is no Deployment ${name}` };
  if (home.deployment.metadata.annotations?.[MARK.live] === release) return KUBE_DONE;
  const body = { metadata: { annotations: { [MARK.live]: release } } };
  return {
    is: 'act',
    words: `${release} is the live version`,
    act: (signal) =>
      cluster.patch({ kind: 'deployments', namespace, name }, { as: 'merge', body }, { signal }),
  };
}
