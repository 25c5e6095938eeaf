import type { Cluster } from '../../../../src/clients/kubernetes/index.ts';
import { ProviderError } from '../../../../src/contract/index.ts';
import type { Connection } from '../../connection.ts';
import { annotating, MANAGED_BY, MARK } from '../../marks.ts';
import type { Change, RequestMatch, Router, RouterKind, Scenery } from '../router.ts';
import { COOKIE_VALUE, matchIn, matching, weighing } from './annotations.ts';
import { type Ingress, rulesTo } from './ingress.ts';
import { type NginxSeen, readNginx } from './reading.ts';

/**
 * A second Ingress with the same hosts and paths, whose annotations say what it gets. The user's own
 * is never changed. It must keep pods that serve, also while it gets nothing: without them the
 * controller takes no notice of a canary.
 */
export const nginxIngressRouter: RouterKind = {
  kind: 'nginxIngress',
  object: 'an Ingress',
  about:
    'An Ingress of ingress-nginx, or of a controller that reads its canary annotations. A second one beside it takes the weight.',
  propagation: 30_000,
  rights: [{ kind: 'ingresses', verbs: ['list', 'create', 'patch', 'delete'] }],
  open: (cluster, connection, name): Router => ({
    weights: { step: 0.1 },
    match: { header: true, cookie: true },
    label: `Ingress ${name}`,
    fetch: (signal) =>
      cluster.list<Ingress>({ kind: 'ingresses', namespace: connection.namespace }, { signal }),
    read: (fetched) => readNginx(fetched as readonly Ingress[], name, connection),
    write: (fetched, scenery, change) => {
      if (!fetched) throw new ProviderError('permanent', `there is no Ingress ${name}`);
      return writeCanary(fetched as NginxSeen, change, { cluster, connection, scenery });
    },
    refuses: ({ cookie }) =>
      cookie && cookie.value !== COOKIE_VALUE
        ? `by a cookie it tells requests apart only where the cookie's value is ${COOKIE_VALUE}: match { cookie: { name: ${cookie.name}, value: ${COOKIE_VALUE} } }`
        : null,
  }),
};

interface Writing {
  readonly cluster: Cluster;
  readonly connection: Connection;
  readonly scenery: Scenery;
}

async function writeCanary(
  { own, canaries }: NginxSeen,
  change: Change,
  writing: Writing,
): Promise<void> {
  const { cluster, connection } = writing;
  const { signal, weights, without = [] } = change;
  const place = { kind: 'ingresses', namespace: connection.namespace } as const;
  const names = Object.keys(weights).filter(
    (name) => name !== connection.workload && !without.includes(name),
  );
  const kept = canaries.filter(({ metadata }) => !without.includes(metadata.name));
  const others = kept.find(({ metadata }) => !names.includes(metadata.name));
  if (names.length > 1 || (others && names.length > 0))
    throw new ProviderError(
      'permanent',
      `ingress-nginx takes one canary for a host and path: not ${[...names, ...(others ? [others.metadata.name] : [])].join(' and ')}`,
    );
  for (const name of names) {
    const present = kept.find(({ metadata }) => metadata.name === name);
    const annotations = annotationsFor({ name, present: present ?? null }, change, cluster.now());
    if (!present) {
      await cluster.create(place, canaryFor({ name, annotations }, own, writing), { signal });
      continue;
    }
    const rules = rulesTo(own, connection.service, name);
    const body = [
      { op: 'test', path: '/metadata/generation', value: present.metadata.generation },
      ...annotating(present.metadata, annotations),
      { op: 'replace', path: '/spec/rules', value: rules },
    ];
    await cluster.patch({ ...place, name }, { as: 'json', body }, { signal });
  }
  for (const { metadata } of canaries.filter((canary) => !kept.includes(canary)))
    await cluster.remove({ ...place, name: metadata.name }, { uid: metadata.uid, signal });
}

function annotationsFor(
  { name, present }: { readonly name: string; readonly present: Ingress | null },
  { weights, match, key, isShift }: Change,
  now: number,
): Readonly<Record<string, string | null>> {
  const stays = present && matchIn(present);
  const wanted: Omit<RequestMatch, 'deployment'> | null = match === undefined ? stays : match;
  const mine = match && match.deployment !== name ? null : wanted;
  return {
    ...weighing(weights[name] ?? 0),
    ...matching(mine),
    ...(isShift ? { [MARK.operation]: key, [MARK.routedAt]: String(now) } : {}),
  };
}

const OLD_CLASS = 'kubernetes.io/ingress.class';

/** It goes with the Deployment that it leads to. */
function canaryFor(
  {
    name,
    annotations,
  }: {
    readonly name: string;
    readonly annotations: Readonly<Record<string, string | null>>;
  },
  own: Ingress,
  { connection, scenery }: Writing,
) {
  const { ingressClassName, tls } = own.spec;
  const old = own.metadata.annotations?.[OLD_CLASS];
  const side = scenery.sides.find(({ deployment }) => deployment.metadata.name === name);
  const uid = side?.deployment.metadata.uid;
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name,
      labels: { ...MANAGED_BY, [MARK.workload]: connection.workload },
      annotations: {
        ...Object.fromEntries(Object.entries(annotations).filter(([, value]) => value !== null)),
        ...(old === undefined ? {} : { [OLD_CLASS]: old }),
      },
      ...(uid ? { ownerReferences: [{ ...owner, blockOwnerDeletion: false }] } : {}),
    },
    spec: {
      ...(ingressClassName === undefined ? {} : { ingressClassName }),
      ...(tls ? { tls } : {}),
      rules: rulesTo(own, connection.service, name),
    },
  };
}
