import type { Release, ReleaseId } from '../../../src/contract/index.ts';
import { bringContents } from '../manifests/delivery.ts';
import { MANAGED_BY, MARK, sideName } from '../marks.ts';
import type { Deployment } from '../objects.ts';
import type { KubeGround, Sight, Stand } from '../sight.ts';
import { beside, type Distinction, templateOf, withoutOwners } from '../template.ts';
import { budgetsFor } from './budget.ts';
import type { Doing } from './index.ts';
import type { Move } from './move.ts';

interface KubeSideWanted {
  readonly name: string;
  readonly release: Release;
  readonly count: number;
}

/** A Deployment and a Service of ours beside the workload. The Service goes when the Deployment does. */
export function createSide(wanted: KubeSideWanted, sight: Sight, doing: Doing): Move {
  const { distinction, home } = sight;
  const { connection, cluster } = doing.ground;
  if (!distinction)
    return {
      is: 'refuse',
      words: `the Service ${connection.service} and the Deployment ${connection.workload} select by no common label`,
    };
  const { namespace } = connection;
  const { name, count } = wanted;
  const place = { kind: 'deployments', namespace } as const;
  return {
    is: 'act',
    words: `${name}: ${count} pods`,
    act: async (signal) => {
      const body = deploymentFor(wanted, { home: home as Stand, distinction, doing });
      await bringContents(wanted.release, doing.ground, signal);
      const made = await cluster.create<Deployment>(place, body, { signal });
      await makeCompanions(made, sight, { ...doing, signal });
    },
  };
}

/** What the server would say to it. */
export async function tryOut(release: Release, sight: Sight, ground: KubeGround): Promise<void> {
  const { distinction, home } = sight;
  if (!home || !distinction || home.release.id === release.id) return;
  const { namespace, workload } = ground.connection;
  const context = { key: '', deployment: '', target: '' };
  const wanted = { name: sideName(workload, release.id), release, count: 1 };
  const body = deploymentFor(wanted, { home, distinction, doing: { ground, context } });
  await ground.cluster.create({ kind: 'deployments', namespace }, body, { dryRun: true });
}

/** When whoever made the Deployment died before its Service was there. */
export function createService({ deployment }: Stand, sight: Sight, doing: Doing): Move {
  return {
    is: 'act',
    words: `the Service ${deployment.metadata.name}`,
    act: (signal) => makeCompanions(deployment, sight, { ...doing, signal }),
  };
}

/** The Service comes last: without it the others are made again, and those that are there stay. */
async function makeCompanions(
  owner: Deployment,
  sight: Sight,
  doing: Doing & { readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { signal } = doing;
  const { cluster, connection } = doing.ground;
  const { namespace } = connection;
  const { metadata } = serviceFor(owner, sight, doing);
  const { labels, annotations, ownerReferences } = metadata;
  for (const budget of await budgetsFor(owner, sight, doing)) {
    const body = {
      ...budget,
      metadata: { ...budget.metadata, labels, annotations, ownerReferences },
    };
    const place = { kind: 'poddisruptionbudgets', namespace } as const;
    await cluster.create(place, body, { signal }).catch(unlessThere);
  }
  const body = serviceFor(owner, sight, doing);
  await cluster.create({ kind: 'services', namespace }, body, { signal });
}

/** Also whoever may not make one can deploy: then a drained node asks nobody. */
function unlessThere(error: { readonly reason?: string; readonly failure?: string }): void {
  if (error.reason !== 'AlreadyExists' && error.failure !== 'denied') throw error;
}

/** What its marks tell. */
interface Marking {
  readonly ground: KubeGround;
  readonly context: Pick<Doing['context'], 'key' | 'deployment' | 'target'>;
}

interface Making {
  readonly distinction: Distinction;
  readonly doing: Marking;
}

function kubeMarksOf(release: ReleaseId, { ground, context }: Marking) {
  return {
    labels: {
      ...MANAGED_BY,
      [MARK.workload]: ground.connection.workload,
      [MARK.release]: release,
    },
    annotations: {
      [MARK.operation]: context.key,
      [MARK.deployment]: context.deployment,
      [MARK.target]: context.target,
    },
  };
}

function deploymentFor(
  { name, release, count }: KubeSideWanted,
  { home, distinction, doing }: Making & { readonly home: Stand },
) {
  const { metadata, spec } = home.deployment;
  const { labels, annotations } = kubeMarksOf(release.id, doing);
  const own = { [MARK.workload]: labels[MARK.workload], [MARK.release]: release.id };
  const selected = { ...spec.selector.matchLabels, [distinction.key]: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      labels: { ...withoutOwners(metadata.labels), ...labels },
      annotations: {
        ...withoutOwners(metadata.annotations),
        ...annotations,
        [MARK.record]: JSON.stringify(release),
      },
    },
    spec: {
      replicas: count,
      selector: { ...spec.selector, matchLabels: selected },
      template: beside(templateOf(release.spec), distinction, { name, labels: own }),
      ...(spec.minReadySeconds ? { minReadySeconds: spec.minReadySeconds } : {}),
      ...(spec.progressDeadlineSeconds
        ? { progressDeadlineSeconds: spec.progressDeadlineSeconds }
        : {}),
    },
  };
}

function serviceFor(owner: Deployment, { service, distinction }: Sight, doing: Doing) {
  const { name, uid, labels = {} } = owner.metadata;
  const { key } = distinction as Distinction;
  const ports = service?.spec.ports?.map(
    ({ name: label, port, targetPort, protocol, appProtocol }) => ({
      port,
      ...(label === undefined ? {} : { name: label }),
      ...(targetPort === undefined ? {} : { targetPort }),
      ...(protocol === undefined ? {} : { protocol }),
      ...(appProtocol === undefined ? {} : { appProtocol }),
    }),
  );
  const controller = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      ...kubeMarksOf(labels[MARK.release] ?? '', doing),
      ownerReferences: [{ ...controller, blockOwnerDeletion: false }],
    },
    spec: { selector: { ...service?.spec.selector, [key]: name }, ports },
  };
}
