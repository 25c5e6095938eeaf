import type { Kind, KubeObject } from '../../src/clients/kubernetes/index.ts';
import type { JsonObject } from '../../src/contract/index.ts';
import type { KubeGround } from './sight.ts';

/** Another tool's object that decides what runs of a workload. */
interface Rival {
  readonly kind: Kind;
  /** The workload that it is about, by name; null where it has none. */
  aimOf(object: RivalObject): string | null;
  words(name: string, workload: string): string;
}

interface RivalObject extends KubeObject {
  readonly spec: JsonObject & {
    readonly workloadRef?: Aim;
    readonly targetRef?: Aim;
    readonly objectRef?: JsonObject & { readonly workloadRef?: Aim };
  };
}

type Aim = JsonObject & { readonly kind?: string; readonly name: string };

const RIVALS: readonly Rival[] = [
  {
    kind: 'rollouts',
    aimOf: ({ metadata, spec }) => (spec.workloadRef ? spec.workloadRef.name : metadata.name),
    words: (name, workload) =>
      `the Rollout ${name} of Argo Rollouts runs the pods of ${workload}. Let a Deployment run them (its template, the same labels), delete the Rollout once its pods are ready, then deploy; or let deployctl drive it: workload: rollout/${name}`,
  },
  {
    kind: 'canaries',
    aimOf: ({ spec }) => spec.targetRef?.name ?? null,
    words: (name, workload) =>
      `the Canary ${name} of Flagger moves the pods and the traffic of ${workload}. Set its revertOnDeletion, delete it, wait until ${workload} has its pods and its Service back, then deploy`,
  },
  {
    kind: 'kruiserollouts',
    aimOf: ({ spec }) => spec.workloadRef?.name ?? spec.objectRef?.workloadRef?.name ?? null,
    words: (name, workload) =>
      `the Rollout ${name} of OpenKruise holds the pods of ${workload} back. Delete it once ${workload} has rolled out, then deploy`,
  },
];

/** Who else decides what runs here, with what to do; null where nobody does. */
export async function rivalOf(
  { cluster, connection }: Pick<KubeGround, 'cluster' | 'connection'>,
  signal?: AbortSignal,
  /** Kinds that are no rivals here. */
  except: readonly Kind[] = [],
): Promise<string | null> {
  const { namespace, workload } = connection;
  const rivals = RIVALS.filter(({ kind }) => !except.includes(kind));
  const found = await Promise.all(
    rivals.map(async ({ kind, aimOf, words }) => {
      const all = await cluster
        .list<RivalObject>({ kind, namespace }, { signal })
        .catch(noneWhereUnknown);
      const rival = all.find((object) => aimOf(object) === workload);
      return rival ? words(rival.metadata.name, workload) : null;
    }),
  );
  return found.find((words) => words !== null) ?? null;
}

/** Most clusters have no such kind, and many may not read it. */
function noneWhereUnknown(error: { readonly code?: number; readonly failure?: string }) {
  if (error.code === 404 || error.failure === 'denied') return [];
  throw error;
}
