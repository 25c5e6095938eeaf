# Versions, places and addresses of the test cluster. Sourced by the other scripts.

KUBERNETES=v1.34.4
TRAEFIK=v3.7.5
GATEWAY_API=v1.5.1
ISTIO_API=v1.31.1

SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CACHE=${DEPLOYCTL_TEST_CACHE:-$HOME/.cache/deployctl-test}
# All state of a cluster that runs. Programs are copied there, so that a build does not change them.
RUN=${DEPLOYCTL_TEST_CLUSTER:-/var/tmp/deployctl-test-cluster}
# Apart, because the path of a socket may have no more than 107 characters.
SOCKETS=/run/deployctl-test-cluster

NODE=test-node
# Held by a bridge of our own: the kubelet refuses a loopback address, and another may not be there.
NODE_LINK=deployctl0
NODE_ADDRESS=10.88.0.1
POD_LINK=deployctl1
POD_NETWORK=10.244.0.0/24
SERVICE_NETWORK=10.96.0.0/16
API_PORT=6443
ETCD=http://127.0.0.1:23790
ETCD_PEERS=http://127.0.0.1:23800
REGISTRY=127.0.0.1:5000
# Where Traefik, as a Gateway, listens for requests.
GATEWAY=127.0.0.1:18080

export KUBECONFIG=$RUN/kubeconfig

kubectl() { "$RUN/bin/kubernetes" kubectl "$@"; }
ctr() { command ctr --address "$SOCKETS/containerd.sock" --namespace k8s.io "$@"; }
say() { printf 'cluster: %s\n' "$*"; }
fail() {
  printf 'cluster: %s\n' "$*" >&2
  exit 1
}
