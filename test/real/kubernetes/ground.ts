import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe } from 'vitest';

/** Where the cluster of the tests is; without it they are skipped. */
export const KUBECONFIG = process.env.DEPLOYCTL_TEST_KUBECONFIG;
/** The Gateway of the cluster that test/real/cluster starts; another cluster may have none. */
export const GATEWAY = process.env.DEPLOYCTL_TEST_GATEWAY ?? 'http://127.0.0.1:18080';
export const hasGateway = KUBECONFIG !== undefined && (await listens(GATEWAY));

/** Of this run alone: a former one may still be on its way out with its route, and another go on beside it. */
export const ownHost = (name: string) => `${randomBytes(3).toString('hex')}.${name}`;

/** Why the tests of a cluster do not run here; null where they do. */
const lackOfCluster =
  KUBECONFIG === undefined ? 'no cluster; start one with test/real/cluster/cluster up' : null;
const lackOfGateway = lackOfCluster ?? (hasGateway ? null : `no Gateway at ${GATEWAY}`);

export const ROLLOUTS = peer('rollouts');
export const ROLLOUT_KINDS = peer('rollouts-kinds');
const lackOfRollouts = existsSync(ROLLOUTS)
  ? null
  : 'no controller of Argo Rollouts; build it with scripts/bench/kubernetes/peers.sh build';

export const ISTIOD = peer('istiod');
export const ENVOY = peer('envoy');
const lackOfIstio =
  existsSync(ISTIOD) && existsSync(ENVOY)
    ? null
    : 'no istiod and Envoy; build them with scripts/bench/kubernetes/peers.sh build istiod envoy';

type Body = () => void;

export const onCluster = (title: string, body: Body) => describeUnless(lackOfCluster, title, body);
/** Traefik serves its own kinds there, and Ingresses of the class nginx. */
export const onTraefik = (title: string, body: Body) => describeUnless(lackOfGateway, title, body);
/** Where the controller of Argo Rollouts has been built, its tests run; building it takes minutes. */
export const onRollouts = (title: string, body: Body) =>
  describeUnless(lackOfGateway ?? lackOfRollouts, title, body);
/** Where istiod and Envoy have been built. */
export const onIstio = (title: string, body: Body) =>
  describeUnless(lackOfCluster ?? lackOfIstio, title, body);
export const onGateway = (title: string, body: Body) => describeUnless(lackOfGateway, title, body);

/** A skipped suite says why in its name; nothing else of it is printed. */
function describeUnless(lack: string | null, title: string, body: Body) {
  if (lack === null) describe(title, body);
  else describe.skip(`${title} (skipped: ${lack})`, body);
}

function listens(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

/** Where a controller of others lies once it is built. */
function peer(name: string): string {
  const script = resolve(import.meta.dirname, '../../../scripts/bench/kubernetes/peers.sh');
  return execFileSync(script, ['path', name], { encoding: 'utf8' }).trim();
}
